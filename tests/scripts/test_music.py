"""The bundled music: written without a wrong note, played in tune, mastered to one loudness, on its beat."""

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from scripts.music import strings_and_bars, winds_and_bows
from scripts.music.__main__ import description, waveforms
from scripts.music.envelopes import RATE
from scripts.music.harmony import Chord, frequency, pitch, ukulele_voicing, voicings
from scripts.music.mastering import CEILING, LOUDNESS, loudness, master, true_peak
from scripts.music.mixing import record
from scripts.music.pieces import PIECES
from scripts.music.score import Instrument, Note, Part, Piece, Sound, clashes, harmonies, melody

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[2] / "assets" / "music"
PITCHED: list[Instrument] = [
    strings_and_bars.piano,
    strings_and_bars.felt_piano,
    strings_and_bars.ukulele,
    strings_and_bars.pizzicato,
    strings_and_bars.upright_bass,
    strings_and_bars.marimba,
    strings_and_bars.celesta,
    winds_and_bows.strings,
    winds_and_bows.flute,
    winds_and_bows.clarinet,
    winds_and_bows.pad,
]
each_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.identifier)
each_instrument = pytest.mark.parametrize("instrument", PITCHED, ids=lambda played: played.__name__)


def little_piece(seed: int = 1) -> Piece:
    tune = melody("C5:1 E5:1 G5:1 E5:1", 4)
    parts = (Part("tune", strings_and_bars.celesta, tune), Part("bass", strings_and_bars.marimba, tune[:2]))
    return Piece("little", "Little", "Tender", 240.0, 4, 1, parts, tail=1.5, seed=seed)


def test_notes_have_the_pitches_that_musicians_give_them() -> None:
    assert (pitch("A4"), pitch("C4"), pitch("Bb3"), pitch("F#5")) == (69, 60, 58, 78)
    assert frequency(69) == 440.0


def test_a_melody_is_read_bar_by_bar() -> None:
    notes = melody("C5:1 r:1 E5:2 | G5:4", 4)
    assert [(note.start, note.length, note.pitch) for note in notes] == [(0, 1, 72), (2, 2, 76), (4, 4, 79)]


@pytest.mark.parametrize("text", ["C5:1 D5:2", "C5:4 | D5:5", "H5:4"])
def test_a_bar_that_is_not_full_or_a_note_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"bar|note"):
        melody(text, 4)


def test_chords_that_share_a_bar_share_it_evenly() -> None:
    read = harmonies("Em7 A7 | D/F#", 4)
    assert [(h.start, h.length, h.chord.symbol) for h in read] == [
        (0, 2, "Em7"),
        (2, 2, "A7"),
        (4, 4, "D/F#"),
    ]
    assert read[2].chord.bass == pitch("F#2") % 12


def test_an_unknown_chord_is_an_error() -> None:
    with pytest.raises(ValueError, match="Gweird"):
        Chord("Gweird")


def test_voices_move_by_small_steps_and_complete_each_chord() -> None:
    chords = [Chord(symbol) for symbol in ("C", "Am", "F", "G", "C")]
    rows = voicings(chords, 55, 72, 3)
    for chord, row in zip(chords, rows, strict=True):
        assert {p % 12 for p in row} == set(chord.tones)
    for before, after in pairwise(rows):
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 3


def test_the_ukulele_plays_the_grips_from_the_book() -> None:
    assert ukulele_voicing(Chord("C")) == (67, 60, 64, 72)
    assert ukulele_voicing(Chord("Am")) == (69, 60, 64, 69)
    assert ukulele_voicing(Chord("F")) == (69, 60, 65, 69)


@each_piece
def test_no_two_notes_grind_against_each_other(piece: Piece) -> None:
    assert clashes(piece) == []


def test_a_semitone_that_lasts_is_found_and_a_major_seventh_is_not() -> None:
    bitter = Part("a", strings_and_bars.piano, (Note(0, 2, 64), Note(0, 2, 65)))
    sweet = Part("a", strings_and_bars.piano, (Note(0, 2, 60), Note(0, 2, 71)))
    assert len(clashes(replace(little_piece(), parts=(bitter,)))) == 1
    assert clashes(replace(little_piece(), parts=(sweet,))) == []


@each_piece
def test_everyone_plays_within_the_piece(piece: Piece) -> None:
    assert 75 <= piece.duration <= 120
    for part in piece.parts:
        assert part.notes, part.name
        starts = [note.start for note in part.notes]
        assert min(starts) >= 0, part.name
        assert max(starts) < piece.bars * piece.beats_per_bar, part.name


@each_instrument
def test_every_instrument_is_in_tune(instrument: Instrument) -> None:
    sound = instrument(Note(0, 1.5, 57, 0.6), 1.0, np.random.default_rng(4)).mean(axis=1)[: 2 * RATE]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * RATE))
    cents = 1200 * np.log2(np.arange(1, len(spectrum)) / 8 / 220)
    near = np.abs(cents) < 200
    assert abs(cents[near][spectrum[1:][near].argmax()]) < 12


@each_instrument
def test_no_instrument_clicks_when_it_begins_or_ends(instrument: Instrument) -> None:
    sound = instrument(Note(0, 0.7, 64, 0.8), 1.0, np.random.default_rng(4))
    loudest = np.abs(sound).max()
    assert np.abs(sound[0]).max() < 0.01 * loudest
    assert np.abs(sound[-1]).max() < 0.01 * loudest


def test_the_same_seed_is_the_same_performance() -> None:
    assert np.array_equal(record(little_piece()), record(little_piece()))
    assert not np.array_equal(record(little_piece()), record(little_piece(seed=2)))


def test_mastering_reaches_the_loudness_and_keeps_under_the_ceiling() -> None:
    sound = master(record(little_piece()), 9000.0)
    assert loudness(sound) == pytest.approx(LOUDNESS, abs=0.5)
    assert true_peak(sound) < CEILING + 0.1


def test_the_catalogue_describes_the_pieces() -> None:
    catalogue = json.loads((FOLDER / "tracks.json").read_text(encoding="utf-8"))
    assert catalogue == [description(piece, FOLDER) for piece in PIECES]
    assert json.loads((FOLDER / "peaks.json").read_text(encoding="utf-8")) == waveforms(FOLDER)


@each_piece
def test_the_file_is_what_the_catalogue_promises(piece: Piece) -> None:
    sound = decoded(piece)
    assert len(sound) / RATE == pytest.approx(description(piece, FOLDER)["duration"], abs=0.05)
    assert loudness(sound) == pytest.approx(LOUDNESS, abs=0.3)
    assert np.abs(sound).max() < 10 ** (-1 / 20)
    assert np.abs(sound.mean(axis=0)).max() < 1e-4
    assert share_above(5000, sound) < 0.02


@each_piece
def test_the_encoder_adds_no_ticks(piece: Piece) -> None:
    """Only a breath of the shaker is played above 12 kHz: what else is there, the encoder made up."""
    mono = decoded(piece).mean(axis=1)[: 2**21]
    spectrum = np.fft.rfft(mono, 2**21)
    spectrum[np.fft.rfftfreq(2**21, 1 / RATE) < 12_000] = 0
    assert np.abs(np.fft.irfft(spectrum)[RATE:-RATE]).max() < 10 ** (-42 / 20)


@each_piece
def test_it_falls_silent_at_the_end_and_only_there(piece: Piece) -> None:
    power = (decoded(piece) ** 2).mean(axis=1)
    seconds = 10 * np.log10(power[: len(power) // RATE * RATE].reshape(-1, RATE).mean(axis=1) + 1e-12)
    assert seconds[:-6].min() > -45
    assert 10 * np.log10(power[-RATE // 10 :].mean() + 1e-12) < -60


@each_piece
def test_its_beats_are_where_the_catalogue_says(piece: Piece) -> None:
    """More notes set in on the beat than between the eighths."""
    entry, onsets = description(piece, FOLDER), onset_strength(decoded(piece))
    beats = entry["first_beat"] + np.arange(piece.bars * piece.beats_per_bar) * 60 / entry["tempo"]

    def strength(shift: float) -> float:
        middle = ((beats + shift * 60 / entry["tempo"]) * 100).astype(int)
        return float(np.mean([onsets[i - 2 : i + 4].max() for i in middle if 2 < i < len(onsets) - 4]))

    assert strength(0.0) > 1.5 * max(strength(0.25), strength(0.75), strength(0.33))


@cache
def decoded(piece: Piece) -> Sound:
    """The samples of the committed file."""
    with av.open(str(FOLDER / f"{piece.identifier}.m4a")) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1).T.astype(np.float64)


def share_above(hertz: float, sound: Sound) -> float:
    """How much of the energy lies above, where much of it would hurt."""
    power = np.abs(np.fft.rfft(sound[: 2**21].mean(axis=1), 2**21)) ** 2
    return float(power[np.fft.rfftfreq(2**21, 1 / RATE) > hertz].sum() / power.sum())


def onset_strength(sound: Sound) -> Sound:
    """How much louder each hundredth of a second makes the spectrum."""
    step, mono = RATE // 100, sound.mean(axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(mono, 4 * step)[::step] * np.hanning(4 * step)
    spectra = np.log1p(50 * np.abs(np.fft.rfft(windows, axis=1))[:, :320])
    rises = np.maximum(0, np.diff(spectra, axis=0)).sum(axis=1)
    return np.concatenate([np.zeros(2), rises])
