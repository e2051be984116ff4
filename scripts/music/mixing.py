"""Mixing of a score to a stereo recording: humanised timing, panning, and the reverb of a room."""

import zlib

import numpy as np
from scipy.signal import fftconvolve

from scripts.music.envelopes import RATE, Mono, wander
from scripts.music.score import Note, Part, Piece, Room, Sound

LEAD_IN = 0.1
"""Seconds before the first beat, so that a player who is early is not cut off."""


def record(piece: Piece) -> Sound:
    """The piece as played, dry players and room together, before mastering."""
    count = round((piece.duration + LEAD_IN) * RATE)
    dry, sent = np.zeros((count, 2)), np.zeros((count, 2))
    for part in piece.parts:
        played = perform(part, piece, count)
        dry += played
        sent += played * part.reverb
    return np.asarray(dry + reverberate(sent, piece.room, piece.seed) * piece.room.level)


def perform(part: Part, piece: Piece, count: int) -> Sound:
    """One player's notes in time, each a little early or late, louder or softer than written."""
    rng = np.random.default_rng((piece.seed, zlib.crc32(part.name.encode())))
    beat = 60.0 / piece.tempo
    track = np.zeros((count, 2))
    for note in sorted(part.notes, key=lambda n: (n.start, n.pitch)):
        sound = part.instrument(_alive(note, rng), beat, rng)
        swerve = np.clip(rng.normal(0.0, part.looseness), -3 * part.looseness, 3 * part.looseness)
        start = max(0, round((LEAD_IN + note.start * beat + swerve) * RATE))
        span = min(len(sound), count - start)
        if span > 0:
            track[start : start + span] += sound[:span]
    if part.chorus:
        track = chorus(track, part.chorus, rng)
    angle = (part.pan + 1.0) * np.pi / 4.0
    return np.asarray(track * (np.cos(angle), np.sin(angle)) * np.sqrt(2.0) * part.gain)


def _alive(note: Note, rng: np.random.Generator) -> Note:
    velocity = float(np.clip(note.velocity * (1.0 + rng.normal(0.0, 0.045)), 0.05, 1.0))
    return Note(note.start, note.length, note.pitch, velocity)


def chorus(sound: Sound, depth: float, rng: np.random.Generator) -> Sound:
    """Adds copies that lag by a slowly changing 9 to 21 ms, other ones on the left than on the right."""
    places = np.arange(len(sound), dtype=np.float64)
    result = sound.copy()
    for channel in range(2):
        for middle in (0.012, 0.018):
            lag = (middle + 0.0012 * wander(rng, len(sound), 1.4)) * RATE
            result[:, channel] += depth * np.interp(places - lag, places, sound[:, channel], left=0.0)
    return result / (1.0 + depth)


def reverberate(sound: Sound, room: Room, seed: int) -> Sound:
    response = impulse_response(room, np.random.default_rng((seed, 99)))
    wet = np.stack([fftconvolve(sound[:, c], response[:, c])[: len(sound)] for c in range(2)], axis=1)
    return np.asarray(wet)


def impulse_response(room: Room, rng: np.random.Generator) -> Sound:
    """Early reflections, then noise whose bands die away each at its own rate, as air and walls make it."""
    seconds = 1.15 * max(room.low, room.middle, room.high)
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal((count, 2)), axis=0)
    pitch = np.fft.rfftfreq(count, 1.0 / RATE).astype(np.float64)
    clock = np.arange(count) / RATE
    late = np.zeros((count, 2))
    for share, decay, level in _bands(pitch, room):
        band = np.fft.irfft(spectrum * share[:, None], count, axis=0)
        late += level * band * (10.0 ** (-3.0 * clock / decay))[:, None]
    late *= (1.0 - np.exp(-clock / 0.03))[:, None]
    late /= np.sqrt(np.sum(late**2) / 2.0)
    early = _early(rng, room, count)
    silence = np.zeros((round(room.before * RATE), 2))
    return np.concatenate([silence, late + early * 0.35])


def _bands(pitch: Mono, room: Room) -> list[tuple[Mono, float, float]]:
    """Shares of the spectrum below 350 Hz, up to 3 kHz and above; nothing in the mud or the glare."""
    low = 1.0 / (1.0 + (pitch / 350.0) ** 4)
    high = 1.0 - 1.0 / (1.0 + (pitch / 3000.0) ** 4)
    rumble = (pitch / 110.0) ** 4 / (1.0 + (pitch / 110.0) ** 4)
    glare = 1.0 / (1.0 + (pitch / 6500.0) ** 4)
    middle = np.maximum(0.0, 1.0 - low - high)
    return [(low * rumble, room.low, 0.8), (middle, room.middle, 1.0), (high * glare, room.high, 0.55)]


def _early(rng: np.random.Generator, room: Room, count: int) -> Sound:
    result = np.zeros((count, 2))
    for channel in range(2):
        for lag in np.sort(rng.uniform(0.004, 0.06, 9)):
            result[round(lag * RATE), channel] = rng.choice((-1.0, 1.0)) * np.exp(-lag / 0.035) / 3.0
    return result
