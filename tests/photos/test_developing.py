"""From a file that somebody sent to the photograph that is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from echoes.photos.developing import Developed, Limits, Unusable, develop
from tests.photos.pictures import (
    BLUE,
    GREEN,
    RED,
    SECRET,
    SUFFIXES,
    YELLOW,
    as_shot,
    corners,
    encoded,
    exif,
    noisy,
    png_that_claims,
    quarters,
    save,
)  # fmt: skip
from tests.photos.profiles import ADOBE_RGB, DISPLAY_P3, Matrix, grey_profile, in_srgb, rgb_profile

LIMITS = Limits(pixels=1_000_000, longest_side=400, thumbnail_side=100)
Develop = Callable[..., Developed]


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return tmp_path / "master.jpg"


@pytest.fixture
def thumbnail(tmp_path: Path) -> Path:
    return tmp_path / "thumbnail.webp"


@pytest.fixture
def developed(master: Path, thumbnail: Path) -> Develop:
    def run(source: Path, limits: Limits = LIMITS) -> Developed:
        return develop(source, master, thumbnail, limits)

    return run


def is_near(colour: object, expected: tuple[int, ...], tolerance: int = 6) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) <= tolerance for one, other in zip(colour, expected, strict=True))


def centre(path: Path) -> tuple[int, ...]:
    with Image.open(path) as image:
        colour = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(colour, tuple)
    return colour


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_it_is_made_upright(
    tmp_path: Path, master: Path, developed: Develop, suffix: str, orientation: int
) -> None:
    stored = as_shot(quarters(), orientation)
    facts = developed(save(stored, tmp_path, suffix, exif=exif(orientation)))
    assert (facts.width, facts.height) == (160, 96)
    with Image.open(master) as image:
        assert image.size == (160, 96)
        seen = corners(image)
    for colour, expected in zip(seen, (RED, GREEN, BLUE, YELLOW), strict=True):
        assert is_near(colour, expected, 12)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_of_an_iphone_is_made_upright_once(
    tmp_path: Path, master: Path, developed: Develop, orientation: int
) -> None:
    developed(save(as_shot(quarters(), orientation), tmp_path, "heic", exif=exif(orientation)))
    with Image.open(master) as image:
        assert image.size == (160, 96)
        assert is_near(corners(image)[0], RED, 12)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_all_that_says_where_and_who_is_gone(
    tmp_path: Path, master: Path, thumbnail: Path, developed: Develop, suffix: str
) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    jpeg: dict[str, Any] = {"comment": SECRET, "xmp": SECRET.encode()}
    more = {"jpg": jpeg, "png": {"pnginfo": text}}.get(suffix, {})
    source = save(noisy(), tmp_path, suffix, exif=exif(), icc_profile=rgb_profile(DISPLAY_P3), **more)
    assert b"Lilac Lane" in source.read_bytes()
    developed(source)
    for path in (master, thumbnail):
        with Image.open(path) as image:
            assert dict(image.getexif()) == {}
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "loop",
                "background",
            }
        assert b"Lilac" not in path.read_bytes()
    assert jpeg_segments(master) <= {"APP0", "DQT", "SOF0", "DHT", "SOS"}
    assert webp_chunks(thumbnail) <= {b"VP8 "}


def jpeg_segments(path: Path) -> set[str]:
    names = {0xE0: "APP0", 0xDB: "DQT", 0xC0: "SOF0", 0xC4: "DHT", 0xDA: "SOS"}
    content, position, found = path.read_bytes(), 2, set()
    while content[position + 1] != 0xDA:
        found.add(names.get(content[position + 1], hex(content[position + 1])))
        position += 2 + int.from_bytes(content[position + 2 : position + 4])
    return found


def webp_chunks(path: Path) -> set[bytes]:
    content, position, found = path.read_bytes(), 12, set()
    while position < len(content):
        found.add(content[position : position + 4])
        size = int.from_bytes(content[position + 4 : position + 8], "little")
        position += 8 + size + size % 2
    return found


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_capture_date_is_kept_apart(tmp_path: Path, developed: Develop, suffix: str) -> None:
    facts = developed(save(quarters(), tmp_path, suffix, exif=exif(date="1987:08:02 11:05:00")))
    assert facts.taken_at == "1987-08-02T11:05:00+00:00"


@pytest.mark.parametrize(
    ("date", "offset", "expected"),
    [
        ("2024:06:02 00:30:00", "+02:00", "2024-06-01T22:30:00+00:00"),
        ("2024:06:02 00:30:00", "nonsense", "2024-06-02T00:30:00+00:00"),
        ("0000:00:00 00:00:00", "", None),
        ("    :  :     :  :  ", "", None),
        ("0001:01:01 00:00:00", "+14:00", "0001-01-01T00:00:00+00:00"),
        ("yesterday", "", None),
    ],
)
def test_cameras_that_know_little_about_time(
    tmp_path: Path, developed: Develop, date: str, offset: str, expected: str | None
) -> None:
    facts = developed(save(quarters(), tmp_path, "jpg", exif=exif(date=date, offset=offset)))
    assert facts.taken_at == expected


@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("colour", [(60, 140, 90), (190, 120, 100)])
def test_colours_of_other_spaces_look_the_same_in_srgb(
    tmp_path: Path, master: Path, thumbnail: Path, developed: Develop, suffix: str,
    primaries: Matrix, colour: tuple[int, int, int],
) -> None:  # fmt: skip
    picture = Image.new("RGB", (64, 64), colour)
    profile = rgb_profile(primaries)
    developed(save(picture, tmp_path, suffix, icc_profile=profile))
    expected = in_srgb(colour, primaries)
    assert not is_near(colour, expected)
    assert is_near(centre(master), expected, 4)
    assert is_near(centre(thumbnail), expected, 6)


def test_a_grey_profile_is_heeded(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(Image.new("L", (64, 64), 20), tmp_path, "png", icc_profile=grey_profile()))
    red, green, blue = centre(master)
    assert red == green == blue
    assert red == pytest.approx(12, abs=1)


@pytest.mark.parametrize("profile", [b"no profile at all", rgb_profile(ADOBE_RGB)[:200], grey_profile()])
def test_a_damaged_profile_costs_no_photo(
    tmp_path: Path, master: Path, developed: Develop, profile: bytes
) -> None:
    developed(save(Image.new("RGB", (64, 64), RED), tmp_path, "jpg", icc_profile=profile))
    assert is_near(centre(master), RED)


def test_ink_colours_become_light(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(Image.new("CMYK", (64, 64), (0, 200, 200, 0)), tmp_path, "jpg"))
    assert is_near(centre(master), (255, 55, 55))


def test_sixteen_bits_of_grey_keep_their_shades(tmp_path: Path, master: Path, developed: Develop) -> None:
    ramp = Image.frombytes(
        "I;16", (256, 64), b"".join((x * 257).to_bytes(2, "little") for x in range(256)) * 64
    )
    developed(save(ramp, tmp_path, "png"))
    with Image.open(master) as image:
        assert [image.getpixel((x, 32))[0] for x in (10, 64, 128, 192, 250)] == pytest.approx(  # type: ignore[index]
            [10, 64, 128, 192, 250], abs=3
        )


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(
    tmp_path: Path, master: Path, developed: Develop, mode: str
) -> None:
    half = Image.new("RGBA", (128, 64), (0, 0, 0, 0))
    half.paste((0, 0, 0, 255), (64, 0, 128, 64))
    developed(save(half.convert(mode), tmp_path, "png"))
    with Image.open(master) as image:
        assert is_near(image.getpixel((20, 32)), (255, 255, 255))
        assert is_near(image.getpixel((108, 32)), (0, 0, 0))


def test_one_colour_of_a_png_can_be_transparent(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(Image.new("RGB", (64, 64), (0, 0, 0)), tmp_path, "png", transparency=(0, 0, 0)))
    assert is_near(centre(master), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_pictures_of_few_colours_are_photographs_too(
    tmp_path: Path, master: Path, developed: Develop, mode: str
) -> None:
    developed(save(Image.new("RGB", (64, 64), (255, 255, 255)).convert(mode), tmp_path, "png"))
    with Image.open(master) as image:
        assert (image.mode, image.getpixel((32, 32))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_large_ones_are_scaled_and_small_ones_are_not(
    tmp_path: Path, master: Path, thumbnail: Path, developed: Develop, suffix: str
) -> None:
    facts = developed(save(quarters((1000, 600)), tmp_path, suffix))
    assert 300 <= facts.width <= 400
    assert facts.width / facts.height == pytest.approx(1000 / 600, rel=0.01)
    with Image.open(master) as large, Image.open(thumbnail) as small:
        assert large.size == (facts.width, facts.height)
        assert small.size == (100, 60)
    facts = developed(save(quarters((90, 60)), tmp_path, suffix))
    assert (facts.width, facts.height) == (90, 60)


def test_the_master_keeps_full_colour_resolution(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(quarters(), tmp_path, "png"))
    with Image.open(master) as image:
        assert image.format == "JPEG"
        assert [component[1:3] for component in image.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", ["webp", "png", "avif"])
def test_of_a_moving_picture_the_first_one_counts(
    tmp_path: Path, master: Path, developed: Develop, suffix: str
) -> None:
    first, second = Image.new("RGB", (64, 64), GREEN), Image.new("RGB", (64, 64), RED)
    developed(save(first, tmp_path, suffix, save_all=True, append_images=[second], duration=100))
    assert is_near(centre(master), GREEN)


def test_the_two_pictures_in_one_of_a_phone_count_as_one(
    tmp_path: Path, master: Path, developed: Develop
) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(quarters(), "MPO", save_all=True, append_images=[quarters((40, 24))]))
    facts = developed(path)
    assert (facts.width, facts.height) == (160, 96)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Truncated File Read")
def test_a_broken_exif_block_costs_no_photo(tmp_path: Path, developed: Develop) -> None:
    for block in (b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0garbage", exif()[:40]):
        facts = developed(save(quarters(), tmp_path, "jpg", exif=block))
        assert (facts.width, facts.height) == (160, 96)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"just a few words", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n",
        b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic\0\0\0\0",
        b"\0\0\0\x18ftypavif\0\0\0\0", b"\xff\xd8\xff\xe0" + bytes(500),
        encoded(quarters(), "GIF"), encoded(quarters(), "TIFF"), encoded(quarters(), "BMP"),
    ],
)  # fmt: skip
def test_what_is_no_photograph_is_refused(tmp_path: Path, developed: Develop, content: bytes) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(content)
    with pytest.raises(Unusable) as refused:
        developed(path)
    assert refused.value.reason in {"not_a_picture", "damaged"}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_half_a_file_is_refused(tmp_path: Path, developed: Develop, suffix: str, part: float) -> None:
    path = save(noisy(), tmp_path, suffix)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(Unusable) as refused:
        developed(path)
    assert refused.value.reason in {"not_a_picture", "damaged"}


@pytest.mark.parametrize("size", [(1500, 1500), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_unopened(tmp_path: Path, developed: Develop, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_that_claims(*size))
    with pytest.raises(Unusable, match="too_many_pixels"):
        developed(path)


@pytest.mark.parametrize("size", [(1, 1), (31, 500), (400, 20)])
def test_too_few_pixels_for_a_film_are_refused(
    tmp_path: Path, developed: Develop, size: tuple[int, int]
) -> None:
    with pytest.raises(Unusable, match="too_small"):
        developed(save(Image.new("RGB", size), tmp_path, "png"))


def test_a_strip_that_would_scale_to_nothing_is_refused(tmp_path: Path, developed: Develop) -> None:
    strip = save(Image.new("RGB", (4000, 40)), tmp_path, "png")
    with pytest.raises(Unusable, match="too_small"):
        developed(strip, replace(LIMITS, longest_side=400))
