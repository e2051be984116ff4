"""Synthesis of sustained instruments: cycles read at a living pitch."""

import numpy as np

from scripts.music.envelopes import (
    RATE,
    Mono,
    cycle,
    fall,
    noise_burst,
    played,
    resonance,
    rise,
    times,
    wander,
)
from scripts.music.harmony import frequency
from scripts.music.score import Note, Sound

STRING_BODY = ((300.0, 110.0, 0.7), (520.0, 180.0, 0.8), (1150.0, 450.0, 0.55), (2700.0, 900.0, 0.3))


def strings(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """Seven players of a small orchestra, muted, each with an own pitch, vibrato and seat."""
    attack = 0.32 - 0.2 * note.velocity
    release = 0.45
    clock = times(note.length * beat + release)
    bow = rise(len(clock), attack) * fall(len(clock), release)
    dark, bright = _bowed_cycles(note)
    result = np.zeros((len(clock), 2))
    for seat in np.linspace(-0.75, 0.75, 7):
        pitch = _living_pitch(note, clock, rng, spread=5.5, vibrato=7.0)
        pressure = bow * (1.0 + 0.1 * wander(rng, len(clock), 0.7))
        start = rng.uniform()
        tone = (
            played(dark, pitch, start) * (1.0 - 0.45 * pressure)
            + played(bright, pitch, start) * 0.45 * pressure
        )
        result += _seated(tone * pressure, seat)
    return np.asarray(result * note.velocity**1.3 / 7.0)


def flute(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """A wooden flute with a little breath."""
    harmonics = np.array([1.0, 0.32 * note.velocity + 0.08, 0.09, 0.035, 0.015, 0.006])
    return _blown(note, beat, rng, harmonics, vibrato=9.0, breath=0.05)


def clarinet(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """Low and round: mostly odd harmonics."""
    n = np.arange(1.0, 14.0)
    odd = np.where(n % 2 == 1, 1.0, 0.09)
    harmonics = odd * n**-1.15 * np.exp(-n * frequency(note.pitch) / (1000.0 + 1100.0 * note.velocity))
    return _blown(note, beat, rng, harmonics, vibrato=2.5, breath=0.012)


def pad(note: Note, beat: float, rng: np.random.Generator) -> Sound:
    """A warm cloud: five slow voices that drift apart and brighten and darken as they please."""
    attack, release = 1.9, 3.2
    clock = times(note.length * beat + release)
    n = np.arange(1.0, min(24, int(5000.0 / frequency(note.pitch))) + 1.0)
    dark, bright = cycle(n**-2.4), cycle(n**-1.45 * np.exp(-n / 9.0))
    result = np.zeros((len(clock), 2))
    for seat in np.linspace(-0.6, 0.6, 5):
        pitch = _living_pitch(note, clock, rng, spread=5.0, vibrato=0.0)
        light = np.clip(0.32 + 0.22 * wander(rng, len(clock), 2.5), 0.0, 0.9)
        start = rng.uniform()
        tone = played(dark, pitch, start) * (1.0 - light) + played(bright, pitch, start) * light
        result += _seated(tone * (1.0 + 0.15 * wander(rng, len(clock), 1.8)), seat)
    return np.asarray(
        result * (rise(len(clock), attack) * fall(len(clock), release))[:, None] * note.velocity / 5.0
    )


def _blown(
    note: Note, beat: float, rng: np.random.Generator, harmonics: Mono, vibrato: float, breath: float
) -> Sound:
    release = 0.16
    clock = times(note.length * beat * 0.97 + release)
    pitch = _living_pitch(note, clock, rng, spread=1.5, vibrato=vibrato)
    envelope = rise(len(clock), 0.085 - 0.03 * note.velocity) * fall(len(clock), release)
    tone = played(cycle(harmonics), pitch) * envelope * (1.0 + 0.05 * wander(rng, len(clock), 0.35))
    result = _seated(tone, 0.0)
    air = noise_burst(rng, len(clock) / RATE, 700.0, 4500.0, attack=0.05)
    result[: len(air)] += air * breath
    return np.asarray(result * note.velocity**1.2)


def _living_pitch(note: Note, clock: Mono, rng: np.random.Generator, spread: float, vibrato: float) -> Mono:
    """The note's frequency with a player's own tuning, drift and late vibrato; low notes would throb."""
    rate = rng.uniform(4.7, 5.6)
    onset = np.clip((clock - 0.25) / 0.6, 0.0, 1.0)
    wave = np.sin(2.0 * np.pi * rate * clock + rng.uniform(0.0, 2.0 * np.pi)) * onset * vibrato
    unison = min(1.0, frequency(note.pitch) / 260.0)
    cents = rng.normal(0.0, spread * unison) + wave + 1.8 * unison * wander(rng, len(clock), 0.6)
    return np.asarray(frequency(note.pitch) * 2.0 ** (cents / 1200.0))


def _bowed_cycles(note: Note) -> tuple[Mono, Mono]:
    base = frequency(note.pitch)
    n = np.arange(1.0, min(40, int(8000.0 / base)) + 1.0)
    body = resonance(n * base, STRING_BODY)
    saw = body / n
    return cycle(saw * np.exp(-n * base / 900.0)), cycle(saw * np.exp(-n * base / 2400.0))


def _seated(tone: Mono, seat: float) -> Sound:
    """Constant power panning from −1 (left) to 1 (right)."""
    angle = (seat + 1.0) * np.pi / 4.0
    return np.stack([tone * np.cos(angle), tone * np.sin(angle)], axis=1)
