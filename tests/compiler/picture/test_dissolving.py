"""Dissolves of decoded frames: as near to the exact mean as eight bits allow, at every share and size."""

import numpy as np
import pytest
from av.video.frame import VideoFrame

from compiler.codec.profile import SIZES, Size
from compiler.picture.dissolving import Dissolver
from compiler.picture.planes import PlanarFrame, from_frame, plain, to_frame
from compiler.picture.transitions import blend_of, frame_blend_of, progress_at

SIZE = (1280, 720)


def noise(size: Size, seed: int) -> VideoFrame:
    chance = np.random.default_rng(seed)
    return to_frame(PlanarFrame(*(chance.integers(0, 256, plane.shape, np.uint8) for plane in plain(size))))


def assert_same(one: PlanarFrame, other: PlanarFrame) -> None:
    assert all(np.array_equal(first, second) for first, second in zip(one, other, strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_every_value_is_within_one_of_the_exact_mean(size: Size) -> None:
    before, after, dissolve = noise(size, 1), noise(size, 2), Dissolver(size)
    for number in range(12):
        share = progress_at(number, 12)
        mixed = from_frame(dissolve(before, after, share))
        for was, comes, got in zip(from_frame(before), from_frame(after), mixed, strict=True):
            exact = was * (1 - share) + comes * share
            assert np.abs(got - exact).max() <= 1
            assert abs((got - exact).mean()) < 0.05


def test_none_of_one_is_all_of_the_other() -> None:
    before, after, dissolve = noise(SIZE, 1), noise(SIZE, 2), Dissolver(SIZE)
    assert_same(from_frame(dissolve(before, after, 0.0)), from_frame(before))
    assert_same(from_frame(dissolve(before, after, 1.0)), from_frame(after))


def test_what_was_made_before_stays_as_it_is() -> None:
    dissolve, before, after = Dissolver(SIZE), noise(SIZE, 1), noise(SIZE, 2)
    first = dissolve(before, after, 0.25)
    kept = PlanarFrame(*(plane.copy() for plane in from_frame(first)))
    for share in (0.5, 0.75, 1.0):
        dissolve(before, after, share)
    assert_same(from_frame(first), kept)


def test_other_kinds_are_drawn_by_their_own_modules() -> None:
    before, after = noise(SIZE, 1), noise(SIZE, 2)
    drawn = frame_blend_of("wipe", SIZE)(before, after, 0.5)
    assert_same(from_frame(drawn), blend_of("wipe")(from_frame(before), from_frame(after), 0.5))
