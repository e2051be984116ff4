"""YUV planes: mixed to the nearest value."""

import numpy as np
import pytest

from compiler.picture.planes import PlanarFrame, mix, mix_frames, plain


@pytest.mark.parametrize("weight", range(0, 257, 8))
def test_every_pair_of_values_is_mixed_to_the_nearest(weight: int) -> None:
    before, after = np.divmod(np.arange(1 << 16).reshape(256, 256), 256)
    exact = (before * (256 - weight) + after * weight) / 256
    mixed = mix(before.astype(np.uint8), after.astype(np.uint8), weight / 256)
    assert np.array_equal(mixed, np.floor(exact + 0.5))


@pytest.mark.parametrize("rows", [1, 127, 128, 129, 300])
def test_bands_leave_no_seam(rows: int) -> None:
    chance = np.random.default_rng(rows)
    before, after = chance.integers(0, 256, (2, rows, 6), np.uint8)
    assert np.array_equal(mix(before, after, 0.5), (before.astype(int) + after + 1) // 2)


def test_a_part_of_a_picture_can_be_mixed() -> None:
    """As it lies in the memory of a wider one, at any place."""
    wide = np.random.default_rng(1).integers(0, 256, (40, 101), np.uint8)
    assert np.array_equal(mix(wide[:, 3:53], wide[:, 51:], 1.0), wide[:, 51:])


def test_none_of_one_is_all_of_the_other() -> None:
    before, after = plain((64, 32), 16), plain((64, 32), 235, 90, 160)
    assert_same(mix_frames(before, after, 0.0), before)
    assert_same(mix_frames(before, after, 1.0), after)


def assert_same(one: PlanarFrame, other: PlanarFrame) -> None:
    assert all(np.array_equal(first, second) for first, second in zip(one, other, strict=True))
