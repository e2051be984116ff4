"""Loading photographs of any kind, and refusing what is none."""

from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from compiler.errors import CompilerError, FileMissing, InputTooLarge, NotAPicture
from compiler.picture.photograph import Photograph, to_planes
from tests.support.media.samples import save_photo, textured

pytestmark = pytest.mark.slow

RED = (200, 30, 40)


def corner(image: Image.Image) -> tuple[int, ...]:
    """The colour in the upper left."""
    pixel = image.convert("RGB").getpixel((3, 3))
    assert isinstance(pixel, tuple)
    return pixel


def marked(mode: str = "RGB") -> Image.Image:
    """Wide and grey, with a red upper left quarter."""
    image = Image.new("RGB", (120, 80), (128, 128, 128))
    image.paste(RED, (0, 0, 60, 40))
    return image.convert(mode)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "heic"])
def test_every_usual_format_is_read(tmp_path: Path, suffix: str) -> None:
    pillow_heif.register_heif_opener()
    photo = Photograph(save_photo(tmp_path / f"photo.{suffix}", marked(), quality=95))
    assert photo.size == (120, 80)
    assert corner(photo.read(1.0)) == pytest.approx(RED, abs=12)


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (120, 80), (0, 0)), (3, (120, 80), (1, 1)), (6, (80, 120), (1, 0)), (8, (80, 120), (0, 1))],
)
def test_a_turned_photo_is_made_upright(
    tmp_path: Path, orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = Photograph(save_photo(tmp_path / "photo.jpg", marked(), quality=95, exif=exif))
    assert photo.size == size
    upright = photo.read(1.0)
    assert upright.size == size
    place = red[0] * (size[0] - 10) + 5, red[1] * (size[1] - 10) + 5
    assert upright.getpixel(place) == pytest.approx(RED, abs=12)


def test_a_large_jpeg_is_decoded_smaller_when_that_suffices(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "photo.jpg", textured(1600, 1200))
    assert Photograph(path).read(0.4).size == (800, 600)
    assert Photograph(path).read(0.6).size == (1600, 1200)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "LA", "1"])
def test_every_mode_becomes_red_green_and_blue(tmp_path: Path, mode: str) -> None:
    suffix = "jpg" if mode == "CMYK" else "png"
    image = Photograph(save_photo(tmp_path / f"photo.{suffix}", marked(mode))).read(1.0)
    assert image.mode == "RGB"
    assert image.size == (120, 80)


def test_sixteen_bit_greys_keep_their_lightness(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None, :].repeat(8, 0)
    image = Photograph(save_photo(tmp_path / "photo.png", Image.fromarray(ramp))).read(1.0)
    assert np.asarray(image)[0, :, 0] == pytest.approx(np.arange(256), abs=1)


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    assert corner(Photograph(save_photo(tmp_path / "photo.png", image)).read(1.0)) == (255, 255, 255)


def test_a_colour_profile_is_applied(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    same = Photograph(save_photo(tmp_path / "same.png", marked(), icc_profile=srgb)).read(1.0)
    other = Photograph(save_photo(tmp_path / "other.png", marked(), icc_profile=exchanged)).read(1.0)
    assert corner(same) == pytest.approx(RED, abs=1)
    assert corner(other) == pytest.approx(RED[::-1], abs=12)


def test_a_colour_profile_that_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    photo = Photograph(save_photo(tmp_path / "photo.png", marked(), icc_profile=b"no profile at all"))
    assert corner(photo.read(1.0)) == RED


@pytest.mark.parametrize(
    ("name", "content", "failure"),
    [
        ("text.jpg", b"this is no photo", NotAPicture),
        ("empty.png", b"", NotAPicture),
        ("vector.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPicture),
        ("program.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", NotAPicture),
    ],
)
def test_what_is_no_photo_is_said(
    tmp_path: Path, name: str, content: bytes, failure: type[CompilerError]
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(failure, match="photo"):
        Photograph(tmp_path / name)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "heic"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.95])
def test_a_photo_that_ends_early_is_refused(tmp_path: Path, suffix: str, part: float) -> None:
    pillow_heif.register_heif_opener()
    path = save_photo(tmp_path / f"photo.{suffix}", textured(300, 200), quality=90)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(NotAPicture):
        Photograph(path).read(1.0)


def test_more_pixels_than_we_take_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "photo.png", Image.new("1", (16000, 16000)))
    with pytest.raises(InputTooLarge, match="pixels"):
        Photograph(path)


def test_a_missing_photo_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        Photograph(tmp_path / "gone.jpg")


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 0, 255), (32, 240, 118)),
    ],
)
def test_colours_become_bt709_in_limited_range(
    color: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    planes = to_planes(Image.new("RGB", (5, 3), color))
    assert planes.luma.size == (6, 4)
    assert planes.blue.size == planes.red.size == (3, 2)
    assert [plane.getpixel((0, 0)) for plane in (planes.luma, planes.blue, planes.red)] == list(expected)
