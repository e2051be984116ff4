"""Beat and downbeat tracking: onsets by spectral flux, a tempo, and the best even path through both.

The path is Ellis's ("Beat tracking by dynamic programming", 2007). Bars, of three or four beats, begin where
the bass and the onsets are strongest.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.audio.samples import RATE, SampleReader, decode_samples
from compiler.results import Beats

_HOP = 480
_WINDOW = 2048
_FRAMES_A_SECOND = RATE / _HOP
_BANDS = 36
_SLOWEST, _FASTEST, _USUAL = 50.0, 200.0, 115.0
_EVENNESS = 300.0
_METRES = (4, 3)
"""Beats in a bar, the likelier first."""
_FEWEST_BEATS = 4
_REACH = 3
"""Frames around a beat in which its strength is looked for."""
_BASS_BELOW = 150.0
_TREBLE_FROM = 400.0  # from here on bands count less: an off-beat cymbal fills them all
_QUIETEST_ONSETS = 1e-3

Curve = NDArray[np.float64]


def find_beats(music: Path | str) -> Beats:
    onsets, bass = _onset_curves(Path(music))
    if len(onsets) < 2 * _FRAMES_A_SECOND or onsets.std() < _QUIETEST_ONSETS:
        return Beats(0.0, (), ())
    period = _period(onsets)
    places = _path(onsets / onsets.std(), period)
    fine = [_between_frames(onsets, place) for place in places]
    times = tuple(round(place / _FRAMES_A_SECOND, 4) for place in fine)
    if len(times) < _FEWEST_BEATS:
        return Beats(0.0, (), ())
    tempo = round(60 / float(np.median(np.diff(times))), 2)
    metre, first = _bars(onsets, bass, places)
    return Beats(tempo, times, times[first::metre], metre)


def _onset_curves(music: Path) -> tuple[Curve, Curve]:
    """How much of the spectrum rises in each frame, over all bands and in the bass alone."""
    edges = _band_edges()
    before: NDArray[np.float32] | None = None
    rises: list[Curve] = []
    for spectra in _spectra(music):
        energies = np.add.reduceat(spectra, edges, axis=1)
        loudness = np.log1p(100 * energies / _WINDOW)
        whole = loudness if before is None else np.concatenate([before, loudness])
        rises.append(np.maximum(np.diff(whole, axis=0), 0))
        before = loudness[-1:]
    if not rises:
        return np.zeros(0), np.zeros(0)
    flux = np.concatenate(rises)
    bass_bands = int(np.searchsorted(edges * RATE / _WINDOW, _BASS_BELOW))
    # A rise found between two frames belongs to the later one, and so does the first.
    weights = 1 / (1 + edges * RATE / _WINDOW / _TREBLE_FROM)
    onsets = np.concatenate([[0.0], flux @ (weights / weights.sum())])
    return _without_slope(onsets), np.concatenate([[0.0], flux[:, :bass_bands].mean(axis=1)])


def _band_edges() -> NDArray[np.intp]:
    """Bands of equal musical width from 30 Hz to 16 kHz, none empty."""
    pitches = np.geomspace(30, 16000, _BANDS + 1)
    return np.unique(np.round(pitches * _WINDOW / RATE).astype(np.intp).clip(1))


def _spectra(music: Path) -> Iterator[NDArray[np.float32]]:
    """Magnitudes of a few seconds of frames at a time. Frame n is centred on sound n · hop."""
    reader = SampleReader(decode_samples(music))
    window = np.hanning(_WINDOW).astype(np.float32)
    held = np.zeros(_WINDOW // 2, np.float32)
    while (block := reader.read(_HOP * 400)).shape[1]:
        held = np.concatenate([held, block.mean(axis=0)])
        if len(held) < _WINDOW:
            continue
        frames = np.lib.stride_tricks.sliding_window_view(held, _WINDOW)[::_HOP]
        yield np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32)
        held = held[len(frames) * _HOP :]


def _without_slope(onsets: Curve) -> Curve:
    """What stands out of its second, so that loud parts do not outweigh quiet ones."""
    width = int(_FRAMES_A_SECOND) | 1
    mean = np.convolve(onsets, np.ones(width) / width, mode="same")
    return np.maximum(onsets - mean, 0)


def _period(onsets: Curve) -> float:
    """Frames between beats: where the curve is most like itself, near tempi that people tap."""
    length = 1 << (2 * len(onsets) - 1).bit_length()
    spectrum = np.fft.rfft(onsets - onsets.mean(), length)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: len(onsets)]
    lags = np.arange(int(_FRAMES_A_SECOND * 60 / _FASTEST), int(_FRAMES_A_SECOND * 60 / _SLOWEST) + 1)
    lags = lags[lags < len(onsets) // 2]
    tempi = 60 * _FRAMES_A_SECOND / lags
    # A true beat is also like itself after two and four beats; a chance one is not.
    support = likeness[lags] + 0.5 * likeness[np.minimum(2 * lags, len(likeness) - 1)]
    support = support + 0.25 * likeness[np.minimum(4 * lags, len(likeness) - 1)]
    preference = np.exp(-0.5 * (np.log2(tempi / _USUAL) / 0.7) ** 2)
    return _between_frames(likeness, int(lags[np.argmax(support * preference)]))


def _path(onsets: Curve, period: float) -> list[int]:
    """The frames that together have the most onset at the most even distance."""
    shortest, longest = round(period / 2), round(period * 2)
    distances = np.arange(longest, shortest - 1, -1)
    costs = -_EVENNESS * np.log(distances / period) ** 2
    scores = onsets.copy()
    previous = np.full(len(onsets), -1)
    for place in range(longest, len(onsets)):
        options = scores[place - longest : place - shortest + 1] + costs
        best = int(np.argmax(options))
        if options[best] > 0:
            scores[place] += options[best]
            previous[place] = place - longest + best
    place = len(onsets) - longest + int(np.argmax(scores[-longest:]))
    path = []
    while place >= 0:
        path.append(place)
        place = int(previous[place])
    return _to_the_beginning(path[::-1], onsets, period)


def _to_the_beginning(path: list[int], onsets: Curve, period: float) -> list[int]:
    """The search begins two beats in: what went before follows by the same distance."""
    reach = max(1, round(period / 8))
    while path[0] - period > -reach:
        expected = max(0, round(path[0] - period))
        around = onsets[max(0, expected - reach) : expected + reach + 1]
        found = max(0, expected - reach) + int(np.argmax(around)) if around.max() > 0 else expected
        if found >= path[0]:
            break
        path.insert(0, found)
    return path


def _between_frames(curve: Curve, place: int) -> float:
    """The top of the parabola through a peak and its neighbours."""
    if not 0 < place < len(curve) - 1:
        return float(place)
    left, middle, right = curve[place - 1 : place + 2]
    bend = left - 2 * middle + right
    if bend >= 0:
        return float(place)
    return place + float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5))


def _bars(onsets: Curve, bass: Curve, places: list[int]) -> tuple[int, int]:
    """Beats in a bar, and which beat is the first downbeat: those whose strength stands out the most.

    A pickup is the beats before it.
    """
    strength = _standing_out(_at_beats(bass, places)) + 0.5 * _standing_out(_at_beats(onsets, places))
    options = [(metre, first) for metre in _METRES for first in range(metre) if len(places) >= 2 * metre]
    return max(options, key=lambda option: _contrast(strength, *option), default=(_METRES[0], 0))


def _at_beats(curve: Curve, places: list[int]) -> Curve:
    return np.array([curve[max(0, place - _REACH) : place + _REACH + 1].max(initial=0.0) for place in places])


def _standing_out(strength: Curve) -> Curve:
    return np.asarray((strength - strength.mean()) / (strength.std() + 1e-9))


def _contrast(strength: Curve, metre: int, first: int) -> float:
    """How surely these beats are stronger than the others (Welch's t)."""
    are_first = np.arange(len(strength)) % metre == first
    firsts, others = strength[are_first], strength[~are_first]
    spread = firsts.var() / len(firsts) + others.var() / len(others)
    return float((firsts.mean() - others.mean()) / np.sqrt(spread + 1e-9))
