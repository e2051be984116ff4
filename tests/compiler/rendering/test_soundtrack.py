"""Soundtrack rendering: where it starts, how it loops, how loud it is, and that it can be spliced."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.audio.loudness import measure
from compiler.audio.mixing import mix_of
from compiler.audio.samples import RATE, SampleReader, Samples, decode_samples
from compiler.cache import SegmentCache
from compiler.codec.profile import Effort
from compiler.container.mp4_writer import AUDIO_PRIMING, AudioTrack
from compiler.errors import BadRequest, NotAudio
from compiler.rendering.film import measured, render
from compiler.rendering.soundtrack import SoundtrackMaker
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Card, Shot, Soundtrack, Timeline, Titles
from tests.compiler.conftest import WriteSound
from tests.compiler.mixes import FRAMES, level, mixed, pitch_at, plain, tone
from tests.support.media.samples import still, write_video

pytestmark = [pytest.mark.long, pytest.mark.slow]


def test_long_music_is_cut_to_the_film(write_sound: WriteSound, tmp_path: Path) -> None:
    music = write_sound("long.wav", tone(440, 20))
    sounds = mixed(plain(music, 20.0), tmp_path)
    assert sounds.shape == (2, FRAMES * 2000)
    assert level(sounds, 11, 12) == pytest.approx(0.3 / np.sqrt(2), rel=0.01)


def test_short_music_is_looped_without_a_hole(write_sound: WriteSound, tmp_path: Path) -> None:
    music = write_sound("short.wav", np.random.default_rng(2).normal(0, 0.1, (2, 5 * RATE)))
    sounds = mixed(plain(music, 5.0), tmp_path)
    levels = [level(sounds, start / 4, (start + 1) / 4) for start in range(48)]
    assert min(levels) > 0.08
    assert max(levels) < 0.12


def test_a_looped_track_comes_back_at_the_computed_place(write_sound: WriteSound, tmp_path: Path) -> None:
    sounds = np.zeros((2, 4 * RATE))
    sounds[:, RATE + RATE // 2] = 0.9
    heard = mixed(plain(write_sound("click.wav", sounds), 4.0), tmp_path)
    clicks = np.flatnonzero(heard[0] > 0.5)
    assert list(clicks) == [
        round(RATE * (1.5 + 3 * number)) for number in range(4)
    ]  # the seam lasts a second


def test_music_that_is_not_looped_ends_in_silence(write_sound: WriteSound, tmp_path: Path) -> None:
    sounds = mixed(plain(write_sound("short.wav", tone(440, 5)), 5.0, loop=False), tmp_path)
    assert sounds.shape[1] == FRAMES * 2000
    assert level(sounds, 4, 4.9) > 0.2
    assert not sounds[:, 5 * RATE + 100 :].any()


def test_music_can_start_later_in_the_track(write_sound: WriteSound, tmp_path: Path) -> None:
    music = write_sound("two.wav", np.concatenate([tone(300, 3), tone(500, 20)], axis=1))
    sounds = mixed(plain(music, 23.0, start=2.0), tmp_path)
    assert pitch_at(sounds, 0.2) == 300
    assert pitch_at(sounds, 1.2) == 500


def test_a_start_behind_the_end_is_refused(write_sound: WriteSound, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="starts after its own end"):
        mixed(plain(write_sound("short.wav", tone(440, 2)), 2.0, start=3.0), tmp_path)


def test_fades_and_volume_follow_the_layout(write_sound: WriteSound, tmp_path: Path) -> None:
    music = write_sound("long.wav", tone(440, 20))
    sounds = mixed(plain(music, 20.0, volume=0.5, fade_in=2.0, fade_out=4.0), tmp_path)
    full = 0.15 / np.sqrt(2)
    assert level(sounds, 0.95, 1.05) == pytest.approx(full / 2, rel=0.05)
    assert level(sounds, 4, 5) == pytest.approx(full, rel=0.01)
    assert level(sounds, 9.95, 10.05) == pytest.approx(full / 2, rel=0.05)
    assert level(sounds, 11.99, 12) < full / 100


def test_another_sampling_rate_and_one_channel_keep_time_and_pitch(
    write_sound: WriteSound, tmp_path: Path
) -> None:
    times = np.arange(20 * 22050) / 22050
    music = write_sound("mono.wav", 0.3 * np.sin(2 * np.pi * 440 * times)[None], 22050)
    sounds = mixed(plain(music, 20.0), tmp_path)
    assert pitch_at(sounds, 11) == 440


def test_tracks_are_brought_to_one_loudness(write_sound: WriteSound, tmp_path: Path) -> None:
    for volume in (0.02, 0.4):
        music = write_sound(f"{volume}.wav", tone(997, 20, volume))
        heard = mixed(plain(music, 20.0, normalise=True), tmp_path)
        assert measure(write_sound("heard.wav", heard)).integrated == pytest.approx(-16, abs=0.3)


def test_a_loudness_that_is_known_is_not_measured_and_sounds_the_same(
    write_sound: WriteSound, tmp_path: Path
) -> None:
    music = write_sound("known.wav", tone(997, 20, 0.02))
    timeline = Timeline((Shot("a", frames=96),), soundtrack=plain(music, 20.0, normalise=True))
    measuring, knowing = tmp_path / "measuring", tmp_path / "knowing"
    for folder in (measuring, knowing):
        folder.mkdir()
    wanted = mix_of(timeline, lay_out(timeline), measuring)
    known = mix_of(timeline, lay_out(timeline), knowing, {str(music): measure(music).levels()})
    assert known == wanted
    assert len(list(measuring.glob("*.loudness"))) == 1
    assert list(knowing.iterdir()) == []


def test_peaks_limit_how_much_louder_a_track_becomes(write_sound: WriteSound, tmp_path: Path) -> None:
    sounds = tone(997, 20, 0.01)
    sounds[:, RATE::RATE] = 0.9
    heard = mixed(plain(write_sound("clicks.wav", sounds), 20.0, normalise=True), tmp_path)
    assert np.abs(heard).max() < 0.95


def test_a_clips_own_sound_begins_where_its_trim_does(write_sound: WriteSound, tmp_path: Path) -> None:
    voice = write_sound("voice.wav", np.concatenate([tone(500, 2), tone(900, 2)], axis=1))
    heard = mixed(None, tmp_path, Shot("a", frames=96, start=48, audio=str(voice)))
    assert heard.shape[1] == 48 * 2000
    assert pitch_at(heard, 0.2) == 900


def test_a_looped_track_is_in_its_place_after_two_minutes(write_sound: WriteSound, tmp_path: Path) -> None:
    sounds = np.zeros((2, 10 * RATE))
    sounds[:, 5 * RATE] = 0.9
    timeline = Timeline((Shot("a", frames=120 * 24),), soundtrack=plain(write_sound("m.wav", sounds), 10.0))
    mix = mix_of(timeline, lay_out(timeline), tmp_path)
    assert mix is not None
    heard = mix.reader().read(mix.length + 1)
    assert heard.shape[1] == 120 * RATE
    assert list(np.flatnonzero(heard[0] > 0.5)) == [(5 + 8 * number) * RATE for number in range(15)]


def test_no_sound_drifts_over_ten_minutes(write_sound: WriteSound, tmp_path: Path) -> None:
    """Mixed and encoded: one sample too many or too few in each round of a looped track would be found."""
    sounds = np.zeros((2, 30 * RATE))
    sounds[:, 20 * RATE : 20 * RATE + 24] = 0.7
    track = encoded(plain(write_sound("clicks.wav", sounds), 30.0), 10 * 60 * 24, tmp_path / "cache")
    assert track.length == 10 * 60 * RATE
    assert len(track.samples) == -(-10 * 60 * RATE // 1024) + 1
    begins = [(20 + 28 * number) * RATE for number in (0, 1, 10, 19, 20)]
    late = [loudest_near(track, begin + 12) - begin for begin in begins]
    assert late[0] in range(24)
    assert late == pytest.approx([late[0]] * len(late), abs=4)


def loudest_near(track: AudioTrack, place: int) -> int:
    """Where within a second around it the sound is loudest."""
    first = (place - RATE // 2) // 1024
    part = AudioTrack(track.configuration, track.samples[first : first + RATE // 1024], track.length)
    return first * 1024 + int(np.abs(decoded_track(part)[0, 1024:]).argmax()) + 1024


def encoded(soundtrack: Soundtrack, frames: int, cache: Path) -> AudioTrack:
    timeline = Timeline((Shot("a", frames=frames),), soundtrack=soundtrack)
    mix = mix_of(timeline, lay_out(timeline), cache)
    assert mix is not None
    maker = SoundtrackMaker(mix, Effort.FAST, SegmentCache(cache), lambda: None, lambda frames: None)
    with ThreadPoolExecutor(2) as pool:
        return maker.make(pool, 2)


def decoded_track(track: AudioTrack) -> Samples:
    """Without what the encoder put before the first sound."""
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = track.configuration
    packets = [sample.path.read_bytes()[sample.offset :][: sample.size] for sample in track.samples]
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)[:, AUDIO_PRIMING:]


def test_pieces_encoded_apart_join_without_a_trace(write_sound: WriteSound, tmp_path: Path) -> None:
    times = np.arange(16 * RATE) / RATE
    sweep = np.tile(0.3 * np.sin(2 * np.pi * (200 * times + 20 * times**2)), (2, 1))
    track = encoded(plain(write_sound("sweep.wav", sweep), 16.0), 24 * 15, tmp_path / "cache")
    heard = decoded_track(track)[:, : 15 * RATE]
    assert len(list((tmp_path / "cache").glob("*.piece"))) == 2
    error = heard - sweep[:, : 15 * RATE]
    noise = [float(np.sqrt(np.mean(np.square(error[:, n : n + 1024])))) for n in range(0, 14 * RATE, 1024)]
    at_the_seam, elsewhere = max(noise[508:516]), sorted(noise[16:508] + noise[516:])
    assert at_the_seam <= 1.5 * elsewhere[int(len(elsewhere) * 0.95)]
    assert elsewhere[len(elsewhere) // 2] < 0.01


def test_loud_drums_are_not_clipped_by_whoever_plays_the_film(
    write_sound: WriteSound, tmp_path: Path
) -> None:
    times = np.arange(4 * RATE) / RATE
    drums = np.clip(1.5 * np.sin(2 * np.pi * 60 * times) * np.exp(-4 * (times % 0.5)), -1, 1)
    music = write_sound("drums.wav", np.tile(drums, (2, 1)))
    track = encoded(plain(music, 4.0, volume=2.0), 24 * 4, tmp_path / "cache")
    assert 0.8 < np.abs(decoded_track(track)).max() <= 1


def test_a_longer_film_encodes_only_the_new_part_of_its_music(
    write_sound: WriteSound, tmp_path: Path
) -> None:
    def pieces() -> set[str]:
        return {piece.name for piece in (tmp_path / "cache").glob("*.piece")}

    music = plain(
        write_sound("long.wav", np.random.default_rng(4).normal(0, 0.1, (2, 30 * RATE))), 30.0, fade_out=2.0
    )
    encoded(music, 24 * 14, tmp_path / "cache")
    before = pieces()
    encoded(music, 24 * 16, tmp_path / "cache")
    assert (len(before), len(pieces() - before)) == (2, 1)
    encoded(replace(music, volume=0.9), 24 * 16, tmp_path / "cache")
    assert len(pieces()) == 2 + 1 + 2


def above_eleven_kilohertz(sounds: Samples) -> NDArray[np.float64]:
    """The level of each window of 1024 sounds."""
    windows = np.lib.stride_tricks.sliding_window_view(sounds[0], 1024)[::256] * np.hanning(1024)
    levels: NDArray[np.float64] = np.sqrt(np.square(np.abs(np.fft.rfft(windows)[:, 235:]) / 512).sum(axis=1))
    return levels


def test_soft_attacks_stay_free_of_ticks(tmp_path: Path) -> None:
    """At 36.6 s FFmpeg's AAC encoder, left to itself, puts one over the piano."""
    music = Path("assets/music/tender.m4a")
    heard = decoded_track(encoded(plain(music, 60.0, start=35.0), 24 * 3, tmp_path / "cache"))[:, : 3 * RATE]
    source = SampleReader(decode_samples(music, 35 * RATE)).read(3 * RATE)
    added = above_eleven_kilohertz(heard - source)
    assert added.max() < 2e-4


@pytest.mark.parametrize("content", [b"", b"no music at all", b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n"])
def test_music_that_is_none_is_refused(content: bytes, clips: list[Path], tmp_path: Path) -> None:
    music = tmp_path / "music.mp3"
    music.write_bytes(content)
    timeline = Timeline((Shot(str(clips[0])),), soundtrack=Soundtrack(str(music), duration=10.0))
    with pytest.raises(NotAudio):
        render(timeline, tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_a_film_of_cards_alone_can_have_music(clips: list[Path], music: Path, tmp_path: Path) -> None:
    timeline = Timeline(
        (Shot(str(clips[0])),), soundtrack=Soundtrack(str(music)), titles=Titles(end=Card("The end", 24))
    )
    assert render(timeline, tmp_path / "film.mp4").frames == 36 + 24 - 12


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_music_out_of_a_video_is_as_long_as_its_sound(
    seconds: float, clips: list[Path], tmp_path: Path
) -> None:
    video = write_video(tmp_path / "concert.mp4", [still(1)] * 24, tone=seconds)
    soundtrack = measured(Timeline((Shot(str(clips[0])),), soundtrack=Soundtrack(str(video)))).soundtrack
    assert soundtrack is not None
    assert soundtrack.duration == pytest.approx(seconds, abs=0.05)


def test_a_video_without_sound_is_no_music(clips: list[Path], tmp_path: Path) -> None:
    with pytest.raises(NotAudio, match="no sound"):
        measured(Timeline((Shot(str(clips[0])),), soundtrack=Soundtrack(str(clips[1]))))
