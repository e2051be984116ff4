"""Input images of providers."""

import base64
import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from compiler.subject import WHOLE, Box, FramingChoice, PhotoSubject, Point
from echoes.providers.base import ClipRequest, NotSubmitted, RequestRefused, Size
from echoes.providers.pictures import PhotoRequirements, prepare, shape_with_people
from tests.support.media.samples import save_photo, textured

ACCEPTS = PhotoRequirements(max_bytes=400_000, longest_side=1000, narrowest=0.5, widest=2.0)


async def test_one_that_fits_is_sent_as_it_is(tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "photo.png", textured(300, 200))
    picture = await prepare(photo, tmp_path, ACCEPTS)
    assert (picture.path, picture.media_type) == (photo, "image/png")
    uri = await picture.data_uri()
    assert len(uri) == picture.data_uri_length
    assert base64.b64decode(uri.partition(",")[2]) == photo.read_bytes()


@pytest.mark.parametrize(
    ("size", "shape", "expected"),
    [
        ((2000, 1000), None, (1000, 500)),
        ((3000, 300), None, (600, 300)),
        ((300, 3000), None, (300, 600)),
        ((600, 400), (1280, 720), (600, 338)),
        ((600, 400), (720, 1280), (225, 400)),
        ((600, 400), (960, 960), (400, 400)),
    ],
)
async def test_one_that_does_not_is_cut_and_made_smaller(
    tmp_path: Path, size: tuple[int, int], shape: tuple[int, int] | None, expected: tuple[int, int]
) -> None:
    photo = save_photo(tmp_path / "photo.jpg", textured(*size))
    picture = await prepare(photo, tmp_path, ACCEPTS, shape)
    with Image.open(picture.path) as image:
        assert (image.size, image.format) == (expected, "JPEG")


async def test_of_a_tall_picture_rather_the_upper_part_stays(tmp_path: Path) -> None:
    image = Image.new("L", (100, 900), 0)
    image.paste(255, (0, 200, 100, 300))
    picture = await prepare(save_photo(tmp_path / "photo.png", image), tmp_path, ACCEPTS, (100, 100))
    with Image.open(picture.path) as cut:
        grey = np.asarray(cut.convert("L"))
    assert grey.min() < 10  # from 266 on: a third of the white is left at the top
    assert grey[:20, 40:60].min() > 200


def asked(photo: Path, *faces: Box, focus: Point | None = None, picture: Box = WHOLE) -> ClipRequest:
    return ClipRequest(
        model="a model", photo=photo, motion="hold", size=(100, 100), seconds=5.0,
        framing=FramingChoice(focus), subject=PhotoSubject(faces=faces, picture=picture),
    )  # fmt: skip


LEFT, RIGHT, LOW = Box(0.05, 0.4, 0.1, 0.6), Box(0.9, 0.4, 0.95, 0.6), Box(0.4, 0.9, 0.6, 0.95)


@pytest.mark.parametrize(
    ("size", "faces", "focus", "box"),
    [
        ((900, 100), (), None, (400, 500)),
        ((900, 100), (LEFT,), None, (35, 135)),
        ((900, 100), (RIGHT,), None, (765, 865)),
        ((900, 100), (LEFT, RIGHT), None, (400, 500)),
        ((900, 100), (LEFT, RIGHT), (0.92, 0.5), (765, 865)),
        ((900, 100), (), (0.25, 0.5), (175, 275)),
        ((100, 900), (LOW,), None, (760, 860)),
    ],
    ids=["nobody", "left", "right", "too far apart", "one of both chosen", "a point chosen", "below"],
)
async def test_no_face_is_cut(
    tmp_path: Path, size: Size, faces: tuple[Box, ...], focus: Point | None, box: tuple[int, int]
) -> None:
    along = np.arange(max(size), dtype=np.float64) * 255 / max(size)
    ramp = np.broadcast_to(along if size[0] > size[1] else along[:, None], (size[1], size[0]))
    photo = save_photo(tmp_path / "photo.png", Image.fromarray(ramp.astype(np.uint8)))
    request = asked(photo, *faces, focus=focus)
    picture = await prepare(photo, tmp_path, ACCEPTS, request.size, request)
    with Image.open(picture.path) as cut:
        grey = np.asarray(cut.convert("L"), np.float64)
    assert (grey.shape, grey.min(), grey.max()) == (
        (100, 100),
        pytest.approx(box[0] * 255 / 900, abs=3),
        pytest.approx(box[1] * 255 / 900, abs=3),
    )


def test_a_face_of_a_print_is_where_it_is_on_the_photo() -> None:
    inner = Box(0.1, 0.2, 0.6, 0.7)
    assert LEFT.within(inner).out_of(inner).bottom == pytest.approx(LEFT.bottom)
    assert WHOLE.out_of(inner) == inner


def test_who_cuts_the_middle_out_itself_gets_the_shape_where_there_are_people(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    assert shape_with_people(asked(photo), (1280, 720)) is None
    assert shape_with_people(asked(photo, LEFT), (1280, 720)) == (1280, 720)
    assert shape_with_people(asked(photo, focus=(0.1, 0.1)), (1280, 720)) == (1280, 720)


async def test_is_made_smaller_until_it_is_small_enough(tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "noise.png", Image.effect_noise((1000, 1000), 100))
    picture = await prepare(photo, tmp_path, replace(ACCEPTS, max_bytes=60_000))
    assert picture.path.stat().st_size <= 60_000


async def test_a_full_disk_is_not_called_the_pictures_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    photo = save_photo(tmp_path / "photo.jpg", textured(600, 400))
    monkeypatch.setattr(Image.Image, "save", no_room)
    with pytest.raises(NotSubmitted, match="no room") as full:
        await prepare(photo, tmp_path, ACCEPTS, (100, 100))
    assert full.value.retryable


async def test_a_damaged_png_is_refused_in_words(tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "photo.png", textured(300, 200))
    content = bytearray(photo.read_bytes())
    content[-20] ^= 0xFF
    photo.write_bytes(content)
    with pytest.raises(RequestRefused, match="could not read"):
        await prepare(photo, tmp_path, ACCEPTS)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0"])
async def test_what_is_none_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(content)
    with pytest.raises(RequestRefused, match=r"could not read this photo\. Please") as refused:
        await prepare(photo, tmp_path, ACCEPTS)
    assert not refused.value.retryable
