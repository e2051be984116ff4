"""Mixing with sidechain ducking: what steps back for what, how loud each is, and that nothing clips."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.audio.limiter import LOOK_AHEAD, TRUE_PEAK_CEILING, limit_peaks
from compiler.audio.loudness import digest_of, measure
from compiler.audio.mixing import BLOCK, mix_of
from compiler.audio.samples import RATE, Samples, silence
from compiler.audio.voice_activity import VoiceLoudness, loudness_of_voice
from compiler.timeline.layout import lay_out
from compiler.timeline.levels import voice_gain
from compiler.timeline.mix import DUCKED, MOMENT
from compiler.timeline.model import Shot, Timeline, Transition
from tests.compiler.conftest import WriteSound
from tests.compiler.mixes import FRAMES, level, mixed, plain, tone

pytestmark = pytest.mark.slow

QUIET = np.zeros((2, RATE))


def strength(sounds: Samples, pitch: int, start: float, seconds: float = 0.5) -> float:
    """The amplitude of a pitch."""
    part = sounds[0, round(start * RATE) : round((start + seconds) * RATE)].astype(np.float64)
    waves = np.exp(-2j * np.pi * pitch * np.arange(len(part)) / RATE)
    return float(abs(part @ waves) / len(part) * 2)


def spoken(*parts: tuple[float, float]) -> NDArray[np.float64]:
    """Speaking (a tone of 1000 Hz) and silence in turn, in seconds of each."""
    pieces = []
    for speaking, silent in parts:
        pieces += [tone(1000, speaking, 0.2), np.zeros((2, round(silent * RATE)))]
    return np.concatenate(pieces, axis=1)


@pytest.fixture
def music(write_sound: WriteSound) -> Path:
    return write_sound("music.wav", tone(300, 20, 0.3))


def with_voice(music: Path, voice: Path, folder: Path, **others: float) -> Samples:
    """Four seconds of music alone, four of a clip that speaks, four of music alone."""
    shots = (
        Shot("a", frames=96),
        Shot("b", frames=96, audio=str(voice), **others),  # type: ignore[arg-type]
        Shot("c", frames=96),
    )
    return mixed(plain(music, 20.0), folder, *shots)


def test_music_steps_back_while_a_clip_speaks(music: Path, write_sound: WriteSound, tmp_path: Path) -> None:
    heard = with_voice(music, write_sound("voice.wav", spoken((4, 0))), tmp_path)
    assert strength(heard, 300, 2) == pytest.approx(0.3, rel=0.02)
    assert strength(heard, 300, 5) == pytest.approx(0.3 * DUCKED, rel=0.02)
    assert strength(heard, 300, 10) == pytest.approx(0.3, rel=0.02)
    assert strength(heard, 1000, 2) < 0.001


def test_music_follows_the_voice_and_not_the_shot(
    music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    """Silent for a second, speaking for one, silent for two."""
    voice = np.concatenate([QUIET, spoken((1, 2))], axis=1)
    heard = with_voice(music, write_sound("voice.wav", voice), tmp_path)
    assert strength(heard, 300, 4.4) == pytest.approx(0.3, rel=0.02)
    assert strength(heard, 300, 5.25) == pytest.approx(0.3 * DUCKED, rel=0.02)
    assert strength(heard, 300, 6.5) == pytest.approx(0.3, rel=0.02)


def test_music_is_down_when_the_first_word_comes_and_rises_gently(
    music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    heard = with_voice(
        music, write_sound("voice.wav", np.concatenate([QUIET, spoken((1, 2))], axis=1)), tmp_path
    )
    levels = [strength(heard, 300, start, 0.02) for start in (4.92, 5.0, 6.0, 6.2, 6.42)]
    half_way = 0.3 * (1 + DUCKED) / 2
    assert levels == pytest.approx([0.3, 0.3 * DUCKED, 0.3 * DUCKED, half_way, 0.3], rel=0.08)


def test_music_does_not_come_back_between_words(music: Path, write_sound: WriteSound, tmp_path: Path) -> None:
    voice = write_sound("voice.wav", spoken((0.3, 0.2), (0.3, 0.4), (0.3, 2.5)))
    heard = with_voice(music, voice, tmp_path)
    assert [strength(heard, 300, start, 0.1) for start in (4.35, 4.9, 5.0)] == pytest.approx(
        [0.3 * DUCKED] * 3, rel=0.05
    )


@pytest.mark.parametrize("volume", [0.0, 0.002])
def test_a_voice_that_is_turned_down_moves_no_music(
    volume: float, music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    voice = write_sound("voice.wav", spoken((4, 0)))
    heard = with_voice(music, voice, tmp_path, audio_volume=volume)
    assert strength(heard, 300, 5) == pytest.approx(0.3, rel=0.02)


def test_two_voices_at_once_do_not_push_the_music_down_twice(
    music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    voice = str(write_sound("voice.wav", spoken((6, 0))))
    shots = (Shot("a", frames=144, audio=voice), Shot("b", frames=144, audio=voice))
    timeline = Timeline(shots, (Transition("crossfade", 48),), plain(music, 20.0))
    mix = mix_of(timeline, lay_out(timeline), tmp_path)
    assert mix is not None
    heard = mix.reader().read(mix.length)
    assert strength(heard, 300, 4.75) == pytest.approx(0.3 * DUCKED, rel=0.02)


@pytest.mark.parametrize("volume", [0.05, 0.2, 0.9])
def test_voices_are_brought_to_the_loudness_of_music(
    volume: float, write_sound: WriteSound, tmp_path: Path
) -> None:
    voice = write_sound("voice.wav", tone(997, 12, volume))
    heard = mixed(None, tmp_path, Shot("a", frames=FRAMES, audio=str(voice)))
    assert measure(write_sound("heard.wav", heard)).integrated == pytest.approx(-16, abs=0.5)


def test_a_faint_voice_is_raised_by_twelve_decibels_at_most(write_sound: WriteSound, tmp_path: Path) -> None:
    voice = write_sound("voice.wav", tone(1000, 12, 0.01))
    heard = mixed(None, tmp_path, Shot("a", frames=FRAMES, audio=str(voice)))
    assert strength(heard, 1000, 5) == pytest.approx(0.01 * 10 ** (12 / 20), rel=0.02)


def test_the_hiss_of_a_silent_clip_is_left_alone(
    music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    hiss = np.random.default_rng(1).normal(0, 0.0007, (2, 12 * RATE))
    shot = Shot("a", frames=FRAMES, audio=str(write_sound("hiss.wav", hiss)))
    alone = mixed(None, tmp_path, shot)
    assert level(alone, 1, 11) == pytest.approx(0.0007, rel=0.1)
    assert strength(mixed(plain(music, 20.0), tmp_path, shot), 300, 5) == pytest.approx(0.3, rel=0.02)


def test_silence_between_words_does_not_count_for_their_loudness(
    write_sound: WriteSound, tmp_path: Path
) -> None:
    sparse = write_sound("sparse.wav", spoken(*[(1, 2)] * 4))
    dense = write_sound("dense.wav", spoken((12, 0)))
    gains = [
        voice_gain(loudness_of_voice(path, digest_of(path), tmp_path).levels()) for path in (sparse, dense)
    ]
    assert gains[0] == pytest.approx(gains[1], rel=0.15)


def test_a_voice_is_measured_once(write_sound: WriteSound, tmp_path: Path) -> None:
    voice = write_sound("voice.wav", spoken((1, 1)))
    digest = digest_of(voice)
    first = loudness_of_voice(voice, digest, tmp_path)
    assert len(first.moments) == 2 * RATE // MOMENT
    voice.unlink()
    assert loudness_of_voice(voice, digest, tmp_path) == first


@pytest.mark.parametrize("left", ["", "{", "[]", '{"integrated": 1}', '{"integrated": 1, "moments": null}'])
def test_a_damaged_measurement_is_made_again(left: str, write_sound: WriteSound, tmp_path: Path) -> None:
    voice = write_sound("voice.wav", spoken((0.5, 0)))
    digest = digest_of(voice)
    measured = loudness_of_voice(voice, digest, tmp_path)
    (kept,) = tmp_path.glob("*.voice")
    kept.write_text(left)
    assert loudness_of_voice(voice, digest, tmp_path) == measured


def test_sound_too_short_to_be_measured_is_left_alone() -> None:
    assert voice_gain(VoiceLoudness(-float("inf"), ()).levels()) == 1.0
    assert voice_gain(VoiceLoudness(-70.0, (-30,)).levels()) == 1.0


def test_a_clip_that_lies_wholly_in_a_transition_is_mixed(
    music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    voice = str(write_sound("voice.wav", spoken((1, 0))))
    shots = (Shot("a", frames=96), Shot("b", frames=12, audio=voice), Shot("c", frames=96))
    timeline = Timeline(shots, (Transition("crossfade", 12), Transition("cut")), plain(music, 20.0))
    mix = mix_of(timeline, lay_out(timeline), tmp_path)
    assert mix is not None
    heard = mix.reader().read(mix.length)
    assert strength(heard, 1000, 3.8, 0.1) > 0.02
    assert np.abs(np.diff(heard[0])).max() < 0.2


def test_only_what_a_voice_changes_is_encoded_again(
    music: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    """The description of a part is the key of its coded piece."""

    def descriptions(voice: Path | None) -> list[str]:
        audio = str(voice) if voice else None
        shots = (Shot("a", frames=96), Shot("b", frames=96, audio=audio), Shot("c", frames=96))
        timeline = Timeline(shots, (), plain(music, 20.0))
        mix = mix_of(timeline, lay_out(timeline), tmp_path)
        assert mix is not None
        return [mix.description(second * RATE, (second + 1) * RATE) for second in range(12)]

    silent = descriptions(None)
    speaking = descriptions(write_sound("voice.wav", np.concatenate([QUIET, spoken((1, 2))], axis=1)))
    assert [one == other for one, other in zip(silent, speaking, strict=True)] == [
        *[True] * 3, *[False] * 6, *[True] * 3
    ]  # fmt: skip
    # the clip's own sound in its four seconds, and what holds down peaks from beyond their edges


def in_blocks(sounds: NDArray[np.float64], block: int = BLOCK) -> Samples:
    parts = (sounds[:, n : n + block].astype(np.float32) for n in range(0, sounds.shape[1], block))
    return np.concatenate(list(limit_peaks(parts)), axis=1)


def true_peak(sounds: Samples) -> float:
    """The highest point of the wave that goes through the sounds, found by sixteen times as many."""
    spectrum = np.fft.rfft(sounds[0])
    return float(np.abs(np.fft.irfft(spectrum, 16 * sounds.shape[1])).max() * 16)


def test_two_loud_sounds_at_once_are_turned_down_and_stay_pure(
    write_sound: WriteSound, tmp_path: Path
) -> None:
    music = write_sound("loud.wav", tone(200, 12, 0.99))
    voice = write_sound("voice.wav", tone(200, 12, 0.9))
    shot = Shot("a", frames=FRAMES, audio=str(voice), audio_volume=2.0)
    heard = mixed(plain(music, 12.0, volume=2.0), tmp_path, shot)
    assert np.abs(heard).max() <= TRUE_PEAK_CEILING + 1e-4
    assert strength(heard, 200, 5) == pytest.approx(TRUE_PEAK_CEILING, rel=0.01)
    assert strength(heard, 600, 5) < 0.001  # a wave that is cut off has this overtone


@pytest.mark.parametrize("volume", [1.0, 1.7, 4.0])
def test_no_peak_rises_above_the_ceiling_between_the_sounds_either(volume: float) -> None:
    """Each sound of a wave of a quarter of the rate lies 3 dB below the wave's peaks."""
    times = np.arange(4 * RATE)
    swell = np.sin(np.pi * times / len(times)) ** 2
    spectrum = np.fft.rfft(np.random.default_rng(2).normal(0, 0.3, len(times)) * swell)
    noise = np.fft.irfft(np.where(np.arange(len(spectrum)) < 4 * 16_000, spectrum, 0))
    for sounds in (swell * np.sin(np.pi / 2 * times + np.pi / 4), noise):
        heard = in_blocks(np.tile(volume * sounds, (2, 1)))
        assert heard.shape[1] == len(times)
        assert true_peak(heard) <= TRUE_PEAK_CEILING * 1.02


def test_what_is_not_loud_passes_untouched() -> None:
    sounds = tone(440, 3.3, 0.6)
    assert np.array_equal(in_blocks(sounds), sounds.astype(np.float32))


def test_a_peak_turns_only_its_surroundings_down() -> None:
    sounds = tone(440, 3, 0.3)
    sounds[:, RATE + 700] = 1.9
    heard = in_blocks(sounds)
    changed = np.flatnonzero((heard != sounds.astype(np.float32)).any(axis=0))
    assert RATE + 700 - LOOK_AHEAD < changed[0] < changed[-1] < RATE + 700 + LOOK_AHEAD
    assert heard[0, RATE + 700] == pytest.approx(TRUE_PEAK_CEILING, rel=1e-3)


def test_blocks_leave_no_seam() -> None:
    sounds = tone(97, 4.01, 1.4) * np.linspace(0, 1, round(4.01 * RATE))
    whole, parts = in_blocks(sounds, sounds.shape[1]), in_blocks(sounds, 7000)
    assert np.allclose(whole, parts, atol=1e-6)
    assert next(limit_peaks(iter([silence(0)]))).size == 0
