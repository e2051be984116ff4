"""Animation of a photograph into a clip."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from compiler.camera.moves import Crop, Move, plan_path
from compiler.camera.scene import Scene
from compiler.clips.animate import animate_photo
from compiler.codec.profile import SIZES, Size
from compiler.codec.verification import verify_clip
from compiler.errors import BadRequest, CompilerError, FileMissing, NotAPicture
from compiler.subject import FramingChoice, FramingMode, PhotoSubject
from tests.support.media.samples import decoded, displacement, planes, save_photo, signal_to_noise, textured

pytestmark = pytest.mark.slow

FRAME = (1280, 720)
MIDDLE = (0.5, 0.5)
AT_MIDDLE = FramingChoice(MIDDLE)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_photo(tmp_path_factory.mktemp("photo") / "photo.jpg", textured(1600, 1200), quality=95)


def exact(image: Image.Image, crop: Crop, frame: Size) -> NDArray[np.float64]:
    """The luma that a frame should have, computed from the whole photograph in floating point."""
    luma = np.asarray(image, np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32) * 219 / 255 + 16
    whole = Image.fromarray(luma)
    return np.asarray(whole.resize(frame, Image.Resampling.BICUBIC, crop.box), np.float64)


@pytest.mark.parametrize("size", SIZES)
def test_the_clip_is_in_the_profile(tmp_path: Path, photo: Path, size: Size) -> None:
    made = animate_photo(photo, tmp_path / "clip.mp4", size, duration=0.5, move="hold", choice=AT_MIDDLE)
    verify_clip(made.output, size, 12)
    assert (made.frames, made.duration, made.size) == (12, 0.5, size)
    assert made.size_bytes == made.output.stat().st_size


@pytest.mark.parametrize("move", [Move.PUSH_IN, Move.RISE])
def test_every_decoded_frame_is_where_it_should_be(tmp_path: Path, photo: Path, move: Move) -> None:
    made = animate_photo(
        photo, tmp_path / "clip.mp4", duration=1, move=move, choice=FramingChoice((0.4, 0.6))
    )
    with Image.open(photo) as image:
        path = plan_path(move, image.size, FRAME, (0.4, 0.6))
        for number, (luma, _, _) in list(enumerate(decoded(made.output)))[::8]:
            reference = exact(image, path.at(number / 23), FRAME)
            assert displacement(luma, reference) < 0.15  # of which the encoder makes nearly all
            assert signal_to_noise(luma, reference) > 35


def test_every_frame_lies_between_the_pixels_exactly_where_it_should(photo: Path) -> None:
    """No jitter: a slow pan moves each frame by the same part of a pixel."""
    with Image.open(photo) as image:
        path = plan_path(Move.DRIFT_RIGHT, image.size, FRAME, MIDDLE)
        scene = Scene(image, path, FRAME)
        for number in range(1, 5):
            crop = replace(path.start, x=path.start.x + number * 0.3)
            assert displacement(planes(scene.frame(crop))[0], exact(image, crop, FRAME)) < 0.005


def test_chroma_lies_where_decoders_look_for_it() -> None:
    """A colour's edge and its brightness' edge coincide: chroma is sited to the left, as H.264 says."""
    photo = Image.new("RGB", (2560, 1440), (0, 0, 255))
    photo.paste((255, 255, 0), (1290, 0, 2560, 1440))  # the edge, at 645 of the frame's 1280 columns
    scene = Scene(photo, plan_path(Move.HOLD, photo.size, FRAME, MIDDLE), FRAME)
    luma, blue, _ = planes(scene.frame(plan_path(Move.HOLD, photo.size, FRAME, MIDDLE).start))
    assert _edge(luma[360]) == pytest.approx(645, abs=0.05)
    # A left-sited chroma sample n has its centre at the centre of luma column 2n: at 2n + 0.5.
    assert (_edge(blue[180]) - 0.5) * 2 + 0.5 == pytest.approx(645, abs=0.1)


def _edge(row: NDArray[np.uint8]) -> float:
    """Where a row steps from its first to its last value, in columns from the left border."""
    first, last = float(row[0]), float(row[-1])
    return float(np.sum((last - row.astype(float)) / (last - first)))


def test_colours_come_out_as_they_went_in(tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "photo.png", Image.new("RGB", (64, 64), (200, 100, 50)))
    luma, blue, red = decoded(animate_photo(photo, tmp_path / "clip.mp4", duration=0.5).output)[5]
    assert (luma.min(), luma.max()) == pytest.approx((117, 117), abs=1)
    assert (np.median(blue), np.median(red)) == pytest.approx((96, 174), abs=1)


@settings(max_examples=40)
@given(
    st.sampled_from(Move),
    st.tuples(st.integers(1, 900), st.integers(1, 900)),
    st.sampled_from([(1280, 720), (720, 1280), (960, 960)]),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.floats(0, 1),
)
def test_no_shape_of_photo_leaves_a_border(
    move: Move, photo: Size, frame: Size, focus: tuple[float, float], time: float
) -> None:
    path = plan_path(move, photo, frame, focus)
    luma, blue, red = planes(
        Scene(Image.new("RGB", photo, (255, 255, 255)), path, frame).frame(path.at(time))
    )
    assert luma.min() == 235
    assert blue.min() == blue.max() == red.min() == red.max() == 128


def test_the_subject_is_found_when_nobody_names_it(tmp_path: Path) -> None:
    image = Image.new("RGB", (600, 1600), (40, 60, 40))
    image.paste((240, 220, 60), (240, 1150, 360, 1270))
    made = animate_photo(save_photo(tmp_path / "photo.png", image), tmp_path / "clip.mp4", duration=0.5)
    assert made.focus == pytest.approx((0.5, 0.756), abs=0.05)
    assert decoded(made.output)[11][0].max() > 150


def test_progress_only_grows_and_ends_at_one(tmp_path: Path, photo: Path) -> None:
    told: list[float] = []
    animate_photo(
        photo,
        tmp_path / "clip.mp4",
        duration=0.5,
        choice=AT_MIDDLE,
        progress=lambda done, stage: told.append(done),
    )
    assert told == sorted(told)
    assert len(told) > 12
    assert told[-1] == 1


def test_stopping_in_the_middle_leaves_nothing(tmp_path: Path, photo: Path) -> None:
    def stop(done: float, stage: str) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    (tmp_path / "clip.mp4").write_text("the clip before")
    with pytest.raises(KeyboardInterrupt):
        animate_photo(photo, tmp_path / "clip.mp4", duration=1, choice=AT_MIDDLE, progress=stop)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("clip.mp4", "the clip before")]


@pytest.mark.parametrize(
    ("request_", "failure", "says"),
    [
        ({"size": (640, 480)}, BadRequest, "640×480"),
        ({"duration": 0.0}, BadRequest, "seconds"),
        ({"duration": float("nan")}, BadRequest, "seconds"),
        ({"duration": 1e9}, BadRequest, "seconds"),
        ({"move": "spin"}, BadRequest, "push_in"),
        ({"choice": FramingChoice((0.5, 1.5))}, BadRequest, "focus"),
        ({"photo": "gone.jpg"}, FileMissing, "no longer"),
        ({"photo": __file__}, NotAPicture, "photo"),
        ({"output": "/nowhere/at/all.mp4"}, FileMissing, "no longer"),
    ],
)
def test_a_request_that_cannot_be_met_is_said(
    tmp_path: Path, photo: Path, request_: dict[str, object], failure: type[CompilerError], says: str
) -> None:
    request: dict[str, object] = {
        "photo": photo,
        "output": tmp_path / "clip.mp4",
        "choice": AT_MIDDLE,
        **request_,
    }
    with pytest.raises(failure, match=says):
        animate_photo(**request)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_whole_picture_is_shown_over_a_blurred_copy(tmp_path: Path) -> None:
    portrait = save_photo(tmp_path / "portrait.jpg", textured(800, 1200), quality=95)
    made = animate_photo(portrait, tmp_path / "clip.mp4", duration=0.5, move="hold")
    assert made.manner == "whole"
    luma = decoded(made.output)[5][0].astype(np.float64)
    assert _detail(luma[:, 480:800]) > 5 * _detail(luma[:, 40:360])
    assert luma[:, 40:360].mean() > 20  # a copy, not black


def _detail(luma: NDArray[np.float64]) -> float:
    return float(np.abs(np.diff(luma, axis=1)).mean())


@pytest.mark.parametrize("mode", ["fill", "whole"])
def test_the_paper_of_a_print_is_left_out(tmp_path: Path, mode: str) -> None:
    paper = Image.new("RGB", (1000, 700), "#fdf6e3")
    paper.paste(Image.new("RGB", (900, 600), "#204080"), (50, 50))
    photo = save_photo(tmp_path / "print.jpg", paper, quality=95)
    choice = FramingChoice(mode=FramingMode(mode))
    for size in ((1280, 720), (720, 1280)):
        made = animate_photo(photo, tmp_path / "clip.mp4", size, duration=0.5, choice=choice)
        for luma, _, _ in (decoded(made.output)[0], decoded(made.output)[-1]):
            assert luma.max() < 120


def test_a_known_subject_is_not_looked_for(tmp_path: Path, photo: Path) -> None:
    known = PhotoSubject((0.9, 0.9))
    made = animate_photo(photo, tmp_path / "clip.mp4", duration=0.5, subject=known)
    assert made.focus == pytest.approx((0.9, 0.9))
