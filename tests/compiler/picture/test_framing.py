"""Framing by FFmpeg's filters: frames are released as soon as they are done with."""

import gc

import pytest
from av.video.frame import VideoFrame

from compiler.picture.framing import Fit, Framing, fitted
from tests.support.media.samples import planes, still

pytestmark = pytest.mark.slow


def test_no_frame_waits_for_the_collector_of_garbage() -> None:
    """It comes by once in some hundred frames: a film's memory would be theirs."""
    first = VideoFrame(320, 180, "yuv420p")
    framing = Framing(first, None, (1280, 720), Fit.FILL, "black")
    framing.apply(first)
    del first
    gc.collect()
    for _ in range(3):
        frame = VideoFrame(320, 180, "yuv420p")
        assert framing.takes(frame)
        framing.apply(frame)
        del frame
    assert gc.collect() == 0


def test_what_is_unlike_the_first_frame_is_not_taken() -> None:
    framing = Framing(VideoFrame(320, 180, "yuv420p"), None, (1280, 720), Fit.FILL, "black")
    assert not framing.takes(VideoFrame(320, 240, "yuv420p"))
    assert not framing.takes(VideoFrame(320, 180, "yuv444p"))
    tagged = VideoFrame(320, 180, "yuv420p")
    tagged.color_trc = 16
    assert not framing.takes(tagged)


def test_the_next_clip_is_fitted_by_what_fitted_the_last() -> None:
    """What is made for each clip anew stays until the collector comes by, some megabytes of it."""
    fitted(still(1), (1280, 720), Fit.FILL, "black")
    gc.collect()
    for _ in range(3):
        fitted(still(2), (1280, 720), Fit.FILL, "black")
    assert gc.collect() == 0


def test_frames_of_many_kinds_are_each_fitted_in_their_way() -> None:
    """In turn, as in a transition, and more of them than are kept."""
    kinds = [(fit, size) for fit in Fit for size in ((1280, 720), (720, 1280))]
    for number in (3, 20):
        for fit, size in kinds:
            luma = planes(fitted(still(number), size, fit, "white"))[0]
            assert luma.shape == size[::-1]
            assert luma[size[1] // 2, size[0] // 2] == 16 + round((8 * number + 4) * 219 / 255)
            assert (luma[2, 2] > 230) == (fit is Fit.COLOR)
