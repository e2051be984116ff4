"""Frames are let go as soon as they are done with."""

import gc

from av.video.frame import VideoFrame

from compiler.framing import Fit, Framing


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
