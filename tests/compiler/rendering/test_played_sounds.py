"""Sounds for a player: as loud as the rendered film at every moment, in a browser too."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Route

from compiler.audio.loudness import digest_of, loudness_of
from compiler.audio.samples import RATE, SampleReader, decode_samples, padded
from compiler.audio.voice_activity import measure_voice
from compiler.container.mp4_reader import read_sample_table
from compiler.rendering.film import render
from compiler.timeline.layout import lay_out
from compiler.timeline.mix import Levels
from compiler.timeline.model import Shot, Soundtrack, Timeline, Track, Transition
from compiler.timeline.playback import LANES, PlayedSound, played_sounds
from tests.compiler.conftest import WriteSound
from tests.compiler.films import sound
from tests.support import programs
from tests.support.servers.production import serve

WINDOW = RATE // 10
HEARD = -50.0
"""In decibels: what is fainter is not compared."""

COMPONENTS = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player"
LATE = round(0.006 * RATE)
"""By how much a browser's limiter looks ahead."""
MIXED = """async ({ files, sounds, seconds, lanes, late, window }) => {
  const { LAG, glideTo, voicesAt } = await import("/player_sound.js");
  const { limiterOf } = await import("/player_limiter.js");
  const context = new OfflineAudioContext(2, Math.round(seconds * 48000), 48000);
  const limiter = limiterOf(context);
  const nodes = Array.from({ length: lanes }, () => new GainNode(context, { gain: 0 }));
  for (const node of nodes) node.connect(limiter);
  const opened = async (src) => context.decodeAudioData(await (await fetch(src)).arrayBuffer());
  for (const { name, lane, start, end, at } of sounds) {
    const source = new AudioBufferSourceNode(context, { buffer: await opened(files[name]) });
    source.connect(nodes[lane]);
    source.start(start, at, end - start);
  }
  for (let tick = 0; tick < 60 * seconds; tick += 1)
    for (const { lane, gain } of voicesAt(sounds, tick / 60, LAG)) glideTo(nodes[lane], gain, tick / 60);
  const heard = await context.startRendering();
  const channels = [0, 1].map((channel) => heard.getChannelData(channel).subarray(late));
  const energy = (from) => channels.reduce(
    (sum, samples) => sum + samples.subarray(from, from + window).reduce((all, one) => all + one * one, 0), 0
  );
  return Array.from(
    { length: Math.floor(channels[0].length / window) }, (_, place) => energy(place * window) / window / 2
  );
}"""
"""The player's own gains and limiter, ticking as it does, over sounds that keep time."""

Curve = NDArray[np.float64]


def noise(seconds: float, volume: float, seed: int) -> NDArray[np.float64]:
    """Below 8 kHz, of which AAC leaves nothing out."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, (2, round(seconds * RATE))))
    spectrum[:, round(8000 * seconds) :] = 0
    sounds = np.fft.irfft(spectrum)
    return np.asarray(volume * sounds / sounds.std())


def loudness_curve(samples: NDArray[np.float32]) -> Curve:
    whole = samples[:, : samples.shape[1] // WINDOW * WINDOW].reshape(2, -1, WINDOW)
    return np.asarray(10 * np.log10(np.square(whole.astype(np.float64)).mean(axis=(0, 2)) + 1e-12))


def played(sounds: tuple[PlayedSound, ...], seconds: float) -> NDArray[np.float32]:
    """As a browser does it: each file from its place on, its volume along the breakpoints."""
    mixed = np.zeros((2, round(seconds * RATE)), np.float32)
    for each in sounds:
        told = each.to_json()
        first, last = round(told["start"] * RATE), min(round(told["end"] * RATE), mixed.shape[1])
        read = SampleReader(decode_samples(Path(each.name), round(told["at"] * RATE))).read(last - first)
        places, factors = zip(*told["gain"], strict=True)
        gain = np.interp(np.arange(first, last) / RATE, places, factors).astype(np.float32)
        mixed[:, first:last] += padded(read, last - first) * gain
    return mixed


@pytest.fixture
def film(clips: list[Path], write_sound: WriteSound) -> Timeline:
    """Two tracks of different loudness, a clip that speaks in its middle, one that speaks throughout and is
    cut, crossfades, and music that is repeated, faded in and faded out."""
    loud, faint = write_sound("loud.wav", noise(4, 0.2, 1)), write_sound("faint.wav", noise(3, 0.02, 2))
    spoken = noise(3, 0.0002, 3)
    spoken[:, RATE // 2 : RATE] += noise(0.5, 0.05, 4)
    speaking, other = write_sound("spoken.wav", spoken), write_sound("other.wav", noise(3, 0.01, 5))
    shots = (
        Shot(str(clips[2])),
        Shot(str(clips[2]), audio=str(speaking)),
        Shot(str(clips[0])),
        Shot(str(clips[2]), start=12, audio=str(other), audio_volume=0.5),
        Shot(str(clips[1])),
    )
    music = Soundtrack(
        str(loud), volume=0.8, start=0.5, fade_in=0.7, fade_out=1.5, duration=4.0,
        further=(Track(str(faint), duration=3.0),),
    )  # fmt: skip
    crossfade = Transition("crossfade", 12)
    return Timeline(shots, (crossfade, Transition(), crossfade, crossfade), music)


def levels_of(timeline: Timeline, folder: Path) -> Levels:
    assert timeline.soundtrack is not None
    tracks = [Path(track.music) for track in timeline.soundtrack.tracks]
    music = {str(path): loudness_of(path, digest_of(path), folder).levels() for path in tracks}
    voices = {shot.audio: measure_voice(Path(shot.audio)).levels() for shot in timeline.shots if shot.audio}
    return music | voices


def heard_in_browser(sounds: tuple[PlayedSound, ...], seconds: float) -> Curve:
    files = {f"/{number}.wav": each.name for number, each in enumerate(sounds)}
    told: dict[str, Any] = {
        "files": {name: src for src, name in files.items()}, "sounds": [each.to_json() for each in sounds],
        "seconds": seconds, "lanes": LANES, "late": LATE, "window": WINDOW,
    }  # fmt: skip

    def script(request: Request) -> FileResponse:
        name = f"player_{request.path_params['part']}.js"
        return FileResponse(COMPONENTS / name, media_type="text/javascript")

    def file(request: Request) -> FileResponse:
        return FileResponse(files[request.url.path])

    page = Route("/", lambda _: HTMLResponse(""))
    site = Starlette(routes=[page, Route("/player_{part}.js", script), Route("/{name}.wav", file)])
    with serve(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=["--no-sandbox"])
        opened = browser.new_page()
        opened.goto(address)
        energies = opened.evaluate(MIXED, told)
        browser.close()
    return np.asarray(10 * np.log10(np.asarray(energies) + 1e-12))


def compared(film: Timeline, folder: Path) -> tuple[Curve, tuple[PlayedSound, ...], float]:
    """The rendered film's loudness, and what a player is given to play."""
    made = render(film, folder / "film.mp4", cache=folder)
    timeline = film.measured({shot.clip: frames_of(shot.clip) for shot in film.shots})
    sounds = played_sounds(timeline, lay_out(timeline), levels_of(timeline, folder))
    return loudness_curve(sound(made.output)), sounds, made.duration


def furthest(heard: Curve, told: Curve) -> float:
    """In decibels, where there is something to hear."""
    length = min(len(heard), len(told))
    heard, told = heard[:length], told[:length]
    audible = heard > HEARD
    assert audible.sum() > 0.9 * length
    assert heard[audible].min() < heard.max() - 8, "the film has loud and quiet moments"
    return float(np.abs(heard - told)[audible].max())


@pytest.mark.slow
def test_the_player_is_as_loud_as_the_film_at_every_moment(film: Timeline, tmp_path: Path) -> None:
    heard, sounds, seconds = compared(film, tmp_path)
    assert furthest(heard, loudness_curve(played(sounds, seconds))) < 1.0


@pytest.mark.slow
@pytest.mark.chromium
@pytest.mark.parametrize("louder", [1.0, 3.0])
def test_in_a_browser_too_where_its_limiter_holds_what_is_too_loud(
    film: Timeline, louder: float, tmp_path: Path
) -> None:
    shots = tuple(replace(shot, audio_volume=louder * shot.audio_volume) for shot in film.shots)
    heard, sounds, seconds = compared(replace(film, shots=shots), tmp_path)
    peak = np.abs(played(sounds, seconds)).max()
    assert (peak > 1.3) == (louder > 1), "more than a film can hold, where it is meant to be"
    assert furthest(heard, heard_in_browser(sounds, seconds)) < 1.0


def frames_of(clip: str) -> int:
    return read_sample_table(Path(clip)).frames


def test_in_one_lane_no_sound_lies_over_another(film: Timeline, tmp_path: Path) -> None:
    timeline = film.measured({shot.clip: 72 for shot in film.shots})
    ends = [0.0] * LANES
    for each in played_sounds(timeline, lay_out(timeline), {}):
        assert each.start >= ends[each.lane]
        ends[each.lane] = each.end
    assert all(ends)


def test_what_was_never_measured_is_played_as_it_is(film: Timeline) -> None:
    timeline = film.measured({shot.clip: 72 for shot in film.shots})
    sounds = played_sounds(timeline, lay_out(timeline), {})
    (first,) = (each for each in sounds if each.start == 0 and each.lane < 2)
    assert max(factor for _, factor in first.gain) == pytest.approx(0.8)


def test_the_web_process_needs_no_arrays_for_it() -> None:
    code = "import sys; import compiler.timeline.playback; assert not {'numpy', 'av'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
