"""Modal synthesis of struck and plucked instruments: each a set of decaying modes."""

from functools import lru_cache

import numpy as np

from scripts.music.envelopes import RATE, damped, fall, noise_burst, resonance, ringing, rise
from scripts.music.harmony import frequency
from scripts.music.score import Note, Sound

LEVELS = 12
UKULELE_BODY = (
    (290.0, 60.0, 0.7),
    (520.0, 140.0, 0.8),
    (980.0, 260.0, 0.5),
    (2300.0, 700.0, 0.25),
    (3400.0, 1600.0, 0.4),
)
VIOLIN_BODY = ((280.0, 60.0, 0.8), (460.0, 90.0, 0.9), (1050.0, 350.0, 0.5), (2500.0, 800.0, 0.3))
BASS_BODY = ((98.0, 40.0, 0.9), (210.0, 80.0, 0.7), (600.0, 300.0, 0.3))


def piano(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """A soft upright with the lid closed."""
    return _ring_out(_piano_tone(note.pitch, _level(note)), note, beat, release=0.11)


def felt_piano(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """The same with a strip of felt before the strings: darker, closer."""
    return _ring_out(_piano_tone(note.pitch, _level(note), felt=True), note, beat, release=0.22)


def ukulele(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    return _ring_out(_nylon_tone(note.pitch, _level(note)), note, beat, release=0.05)


def pizzicato(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """Three violinists' fingers, never quite together."""
    result = np.zeros((round(2.0 * RATE), 2))
    for player, pan in enumerate((-0.45, 0.05, 0.5)):
        tone = _pizzicato_tone(note.pitch, _level(note), player)
        late = round(abs(rng.normal(0.0, 0.006)) * RATE)
        span = min(len(tone), len(result) - late)
        result[late : late + span] += tone[:span] * (1.0 - 0.5 * pan, 1.0 + 0.5 * pan)
    return _ring_out(result, note, beat, release=0.12)


def upright_bass(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    return _ring_out(_bass_tone(note.pitch, _level(note)), note, beat, release=0.07)


def marimba(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    return np.array(_marimba_tone(note.pitch, _level(note)), dtype=np.float64)


def celesta(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    return _ring_out(_celesta_tone(note.pitch, _level(note)), note, beat, release=0.35)


def shaker(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """Seeds in a gourd; the pitch is ignored."""
    level = note.velocity**1.5
    grains = noise_burst(rng, 0.09 + 0.05 * note.velocity, 3800.0, 7500.0, attack=0.016)
    return np.asarray(grains * level * 0.25)


def woodblock(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    base = frequency(note.pitch)
    tone = ringing(
        base * np.array([1.0, 1.51, 2.4]), np.array([1.0, 0.5, 0.2]), np.array([0.028, 0.018, 0.01]), rng
    )
    return np.asarray(tone * rise(len(tone), 0.0012)[:, None] * note.velocity**1.4)


def _level(note: Note) -> int:
    return max(1, min(LEVELS, round(note.velocity * LEVELS)))


def _ring_out(tone: Sound, note: Note, beat: float, release: float) -> Sound:
    return damped(tone, note.length * beat, release)


def _finished(tone: Sound, attack: float, gain: float) -> Sound:
    tone *= (rise(len(tone), attack) * fall(len(tone), 0.08))[:, None]
    return (tone * gain).astype(np.float32)


@lru_cache(maxsize=192)
def _piano_tone(midi: int, level: int, felt: bool = False) -> Sound:
    """Two strings for each note, stiff, struck an eighth of the way along; soft strokes are dark strokes."""
    rng, force, base = np.random.default_rng((midi, level, 11)), level / LEVELS, frequency(midi)
    n = np.arange(1.0, min(46, int(9000.0 / base)) + 1.0)
    stiffness = 1e-4 * 2.0 ** (max(0, midi - 48) * 0.075)
    modes = base * n * np.sqrt(1.0 + stiffness * n**2)
    cutoff = (420.0 + 900.0 * force) if felt else (750.0 + 2300.0 * force**1.3)
    strike = 0.25 + 0.75 * np.abs(np.sin(np.pi * n / 8.0))
    amplitudes = strike * n**-0.75 * np.exp(-modes / (cutoff + 0.8 * base)) * rng.uniform(0.75, 1.25, len(n))
    amplitudes[0] *= min(1.0, (base / 110.0) ** 0.5)
    slow = 2.1 * 2.0 ** (-(midi - 48) / 20.0) / (1.0 + 0.16 * (n - 1.0)) + 0.05
    detune = 2.0 ** (rng.uniform(0.25, 0.6) / 1200.0)
    tone = ringing(
        np.concatenate([modes / detune, modes * detune, modes]),
        np.concatenate([amplitudes * 0.34, amplitudes * 0.28, amplitudes * 0.5]),
        np.concatenate([slow, slow * 1.1, slow * 0.28]),
        rng,
    )
    felt_noise = noise_burst(rng, 0.07, 150.0, 480.0 if felt else 900.0, attack=0.003) * (
        0.035 + 0.05 * force
    )
    tone[: len(felt_noise)] += felt_noise
    return _finished(tone, 0.007 - 0.004 * force if not felt else 0.009, force**1.5 * 0.9)


@lru_cache(maxsize=192)
def _nylon_tone(midi: int, level: int) -> Sound:
    rng, force, base = np.random.default_rng((midi, level, 23)), level / LEVELS, frequency(midi)
    n = np.arange(1.0, min(26, int(8000.0 / base)) + 1.0)
    modes = base * n * np.sqrt(1.0 + 4e-5 * n**2)
    pluck = 0.08 + np.abs(np.sin(np.pi * n * 0.31))
    amplitudes = pluck * n**-1.0 * np.exp(-modes / (2400.0 + 3600.0 * force)) * resonance(modes, UKULELE_BODY)
    decay = 0.62 * 2.0 ** (-(midi - 60) / 26.0) / (1.0 + 0.3 * (n - 1.0)) + 0.02
    tone = ringing(
        np.concatenate([modes, modes * 2.0 ** (1.1 / 1200.0)]),
        np.concatenate([amplitudes, amplitudes * 0.4]),
        np.concatenate([decay * 0.7, decay * 1.4]),
        rng,
        width=0.3,
    )
    finger = noise_burst(rng, 0.03, 250.0, 2600.0) * 0.07 * force
    tone[: len(finger)] += finger
    return _finished(tone, 0.0022, force**1.4)


@lru_cache(maxsize=256)
def _pizzicato_tone(midi: int, level: int, player: int) -> Sound:
    rng, force = np.random.default_rng((midi, level, player, 31)), level / LEVELS
    base = frequency(midi + rng.normal(0.0, 0.04))
    n = np.arange(1.0, min(22, int(7000.0 / base)) + 1.0)
    modes = base * n
    pluck = 0.1 + np.abs(np.sin(np.pi * n * 0.23))
    amplitudes = pluck * n**-1.15 * np.exp(-modes / (1900.0 + 2800.0 * force)) * resonance(modes, VIOLIN_BODY)
    decay = 0.26 * 2.0 ** (-(midi - 60) / 22.0) / (1.0 + 0.35 * (n - 1.0)) + 0.012
    tone = ringing(modes, amplitudes, decay, rng, width=0.4)
    finger = noise_burst(rng, 0.025, 200.0, 1800.0) * 0.06 * force
    span = min(len(finger), len(tone))
    tone[:span] += finger[:span]
    return _finished(tone, 0.0028, force**1.4 * 0.6)


@lru_cache(maxsize=96)
def _bass_tone(midi: int, level: int) -> Sound:
    rng, force, base = np.random.default_rng((midi, level, 41)), level / LEVELS, frequency(midi)
    n = np.arange(1.0, 19.0)
    modes = base * n * np.sqrt(1.0 + 8e-5 * n**2)
    pluck = 0.12 + np.abs(np.sin(np.pi * n * 0.27))
    amplitudes = pluck * n**-1.0 * np.exp(-modes / (450.0 + 650.0 * force)) * resonance(modes, BASS_BODY, 0.6)
    decay = 0.85 * 2.0 ** (-(midi - 36) / 30.0) / (1.0 + 0.4 * (n - 1.0)) + 0.03
    tone = ringing(modes, amplitudes, decay, rng, width=0.15)
    thumb = noise_burst(rng, 0.05, 60.0, 500.0) * 0.08 * force
    tone[: len(thumb)] += thumb
    return _finished(tone, 0.006, force**1.3)


@lru_cache(maxsize=192)
def _marimba_tone(midi: int, level: int) -> Sound:
    """A rosewood bar tuned 1 : 4 : 10 over its resonator tube, under a yarn mallet."""
    rng, force, base = np.random.default_rng((midi, level, 53)), level / LEVELS, frequency(midi)
    modes = base * np.array([1.0, 1.0012, 3.98, 9.7])
    hardness = 1800.0 + 3200.0 * force
    amplitudes = np.array([0.75, 0.35, 0.3, 0.12]) * np.exp(-modes / hardness)
    decay = np.array([0.42, 0.3, 0.085, 0.03]) * 2.0 ** (-(midi - 60) / 21.0)
    tone = ringing(modes, amplitudes, decay, rng, width=0.35)
    mallet = noise_burst(rng, 0.03, 150.0, 1400.0) * 0.09 * force
    span = min(len(mallet), len(tone))
    tone[:span] += mallet[:span]
    return _finished(tone, 0.002, force**1.3)


@lru_cache(maxsize=128)
def _celesta_tone(midi: int, level: int) -> Sound:
    rng, force, base = np.random.default_rng((midi, level, 61)), level / LEVELS, frequency(midi)
    modes = base * np.array([1.0, 1.0009, 2.0, 3.0, 4.02, 6.4])
    amplitudes = np.array([0.55, 0.4, 0.1, 0.05, 0.14, 0.03]) * np.exp(-modes / (3500.0 + 3000.0 * force))
    decay = np.array([0.95, 0.8, 0.5, 0.3, 0.2, 0.07]) * 2.0 ** (-(midi - 72) / 28.0)
    tone = ringing(modes, amplitudes, decay, rng, width=0.6)
    return _finished(tone, 0.003, force**1.3)
