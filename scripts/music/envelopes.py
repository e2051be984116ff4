"""Building blocks of synthesis: time, envelopes, decaying modes, cycles read at a moving pitch."""

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Mono = NDArray[np.float64]
TABLE = 4096


def times(seconds: float) -> Mono:
    return np.arange(round(seconds * RATE), dtype=np.float64) / RATE


def rise(count: int, seconds: float) -> Mono:
    """From 0 to 1 along half a cosine, then 1."""
    envelope = np.ones(count)
    edge = min(count, max(1, round(seconds * RATE)))
    envelope[:edge] = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    return envelope


def fall(count: int, seconds: float) -> Mono:
    """1, then from 1 to 0 along half a cosine at the end."""
    return rise(count, seconds)[::-1]


def damped(sound: NDArray[np.float64], held: float, release: float) -> NDArray[np.float64]:
    """The sound let ring for `held` seconds and then stopped softly, as by a felt damper or a finger."""
    keep = min(len(sound), round((held + 7.0 * release) * RATE))
    result = np.array(sound[:keep], dtype=np.float64)
    after = np.maximum(0.0, np.arange(keep) / RATE - held)
    result *= np.exp(-after / release)[:, None]
    result *= fall(keep, 0.03)[:, None]
    return result


def ringing(
    frequencies: Mono, amplitudes: Mono, decays: Mono, rng: np.random.Generator, width: float = 0.5
) -> NDArray[np.float64]:
    """Decaying modes in stereo, until the last is 70 dB down; the channels part in phase as pitch rises."""
    result = np.zeros((round(float(decays.max()) * 8.0 * RATE), 2))
    for frequency, amplitude, decay in zip(frequencies, amplitudes, decays, strict=True):
        if frequency > 0.42 * RATE or abs(amplitude) < 1e-5:
            continue
        span = min(len(result), round(decay * 8.0 * RATE))
        wave = amplitude * _spiral(complex(-1.0 / decay, 2.0 * np.pi * frequency) / RATE, span)
        phase = rng.uniform(-0.4, 0.4)
        apart = width * rng.uniform(-1.0, 1.0) * min(1.0, frequency / 600.0)
        for channel, angle in enumerate((phase - apart, phase + apart)):
            result[:span, channel] += wave.imag * np.cos(angle) + wave.real * np.sin(angle)
    return result


def _spiral(exponent: complex, count: int) -> NDArray[np.complex128]:
    """exp(exponent · n) for every n: a few hundred exponentials and one product each instead of one each."""
    block = 1024
    coarse = np.exp(exponent * block * np.arange(count // block + 1))
    return np.asarray(np.outer(coarse, np.exp(exponent * np.arange(block))).ravel()[:count])


def noise_burst(
    rng: np.random.Generator, seconds: float, low: float, high: float, attack: float = 0.001
) -> NDArray[np.float64]:
    """A short decaying rustle in stereo between two frequencies: felt on string, finger on wood, breath."""
    count = round(seconds * RATE)
    white = rng.standard_normal((count, 2))
    spectrum = np.fft.rfft(white, axis=0)
    pitch = np.fft.rfftfreq(count, 1.0 / RATE)
    shape = 1.0 / (1.0 + (pitch / high) ** 4) * (pitch / low) ** 2 / (1.0 + (pitch / low) ** 2)
    shaped = np.fft.irfft(spectrum * shape[:, None], count, axis=0)
    shaped /= np.abs(shaped).max() + 1e-12
    decay = np.exp(-np.arange(count) / RATE / (seconds / 5.0))
    return np.asarray(shaped * (decay * rise(count, attack) * fall(count, seconds / 4.0))[:, None])


def resonance(frequencies: Mono, peaks: tuple[tuple[float, float, float], ...], floor: float = 0.35) -> Mono:
    """What a wooden body adds at each frequency: broad peaks of (centre, width, gain) over a floor."""
    gain = np.full_like(frequencies, floor)
    for centre, width, height in peaks:
        gain += height / (1.0 + ((frequencies - centre) / width) ** 2)
    return gain


def cycle(harmonics: Mono) -> Mono:
    """One period made of the given harmonics, in phases that keep its crest low, so that it does not buzz."""
    count = min(len(harmonics), TABLE // 2 - 1)
    n = np.arange(1, count + 1)
    spectrum = np.zeros(TABLE // 2 + 1, dtype=np.complex128)
    spectrum[1 : count + 1] = harmonics[:count] * np.exp(-1j * np.pi * n * (n - 1) / max(1, count))
    wave = np.fft.irfft(spectrum, TABLE)
    return np.asarray(wave / np.sqrt(np.mean(wave**2)))


def played(table: Mono, frequency: Mono, start: float = 0.0) -> Mono:
    """The cycle read at a frequency that may move from sample to sample."""
    position = (start + np.cumsum(frequency) / RATE) % 1.0 * TABLE
    index = position.astype(np.int64)
    share = position - index
    extended = np.append(table, table[0])
    return np.asarray(extended[index % TABLE] * (1.0 - share) + extended[index % TABLE + 1] * share)


def wander(rng: np.random.Generator, count: int, seconds: float) -> Mono:
    """Slow random movement of about ±1, never faster than `seconds`: what no living player is without."""
    knots = rng.standard_normal(max(2, int(count / RATE / seconds) + 3))
    places = np.linspace(0.0, len(knots) - 1.0, count)
    whole = np.minimum(places.astype(np.int64), len(knots) - 2)
    share = 0.5 - 0.5 * np.cos(np.pi * (places - whole))
    return np.asarray(knots[whole] * (1.0 - share) + knots[whole + 1] * share)
