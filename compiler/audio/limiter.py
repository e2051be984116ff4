"""Look-ahead true-peak limiter.

Peaks are held down, between the samples too, by turning the volume back around them: nothing is cut off.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from compiler.audio.samples import RATE, Samples, silence

TRUE_PEAK_CEILING = 10 ** (-1 / 20)
"""One decibel below full scale is left for what the encoder adds."""
_SURELY_BELOW = TRUE_PEAK_CEILING / np.sqrt(
    2
)  # up to 12 kHz, no peak between such sounds rises above the ceiling
_HOLD = RATE // 50
_TAPS = 12
BESIDE = _TAPS // 2
"""How many samples on both sides what lies between two of them hangs on."""
LOOK_AHEAD = 2 * _HOLD + _TAPS
"""How far a sound has an influence to both sides."""

GainEnvelope = NDArray[np.float64]


def limit_peaks(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """Limit true peaks to `TRUE_PEAK_CEILING`. No block but the last may be shorter than `LOOK_AHEAD`."""
    before, block = silence(0), next(blocks, None)
    while block is not None:
        following = next(blocks, None)
        behind = silence(0) if following is None else following[:, :LOOK_AHEAD]
        yield _limit_block(before, block, behind)
        before, block = block[:, -LOOK_AHEAD:], following


def _limit_block(before: Samples, block: Samples, behind: Samples) -> Samples:
    if max(np.abs(part).max(initial=0.0) for part in (before, block, behind)) <= _SURELY_BELOW:
        return block
    peaks = _peaks(np.concatenate([before, block, behind], axis=1), _SURELY_BELOW)
    if peaks.max() <= TRUE_PEAK_CEILING:
        return block
    course = _gain_envelope(np.minimum(1.0, TRUE_PEAK_CEILING / np.maximum(peaks, TRUE_PEAK_CEILING)))
    return (block * course[before.shape[1] :][: block.shape[1]]).astype(np.float32)


def true_peak(sounds: Samples, least: float = 0.0) -> float:
    """The highest peak, in or between the samples but the outer `BESIDE`; `least`, where none is higher."""
    peaks = _peaks(sounds, least / np.sqrt(2))[BESIDE - 1 : -BESIDE]
    return max(least, float(peaks.max(initial=0.0)))


def _peaks(sounds: Samples, of_interest: float) -> GainEnvelope:
    """For each sound the highest peak from it up to the next one, in either channel.

    Between sounds that are no larger than `of_interest` it is not looked for.
    """
    sizes: GainEnvelope = np.abs(sounds).max(axis=0).astype(np.float64)
    near = np.flatnonzero(np.maximum(sizes, np.append(sizes[1:], 0.0)) > of_interest)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(sounds, ((0, 0), (BESIDE - 1, BESIDE))), _TAPS, axis=1
    )
    between = np.abs(windows[:, near] @ _INTERPOLATION).max(axis=(0, 2), initial=0.0)
    sizes[near] = np.maximum(sizes[near], between)
    return sizes


def _interpolation() -> NDArray[np.float32]:
    """How much each of twelve sounds counts at a quarter, a half and three quarters behind the sixth."""
    places = np.arange(_TAPS)[:, None] - (_TAPS // 2 - 1) - np.array([0.25, 0.5, 0.75])
    weights = np.sinc(places) * np.cos(np.pi * places / (_TAPS + 1)) ** 2
    shares: NDArray[np.float32] = (weights / weights.sum(axis=0)).astype(np.float32)
    return shares


_INTERPOLATION = _interpolation()


def _gain_envelope(wanted: GainEnvelope) -> GainEnvelope:
    """Never above `wanted`, and without corners: the least around each place, then the mean of these."""
    width = 2 * _HOLD + 1
    least, length = np.pad(wanted, 2 * _HOLD, constant_values=1.0), 1
    while length < width:
        step = min(length, width - length)
        least = np.minimum(least[:-step], least[step:])
        length += step
    sums = np.concatenate([[0.0], np.cumsum(least)])
    course: GainEnvelope = (sums[width:] - sums[:-width]) / width
    return course
