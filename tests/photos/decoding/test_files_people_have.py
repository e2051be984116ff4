"""Files that ordinary people have: old formats, missing ends, turns in EXIF alone, odd chunks."""

import struct
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
import pillow_heif
import pytest
import tifffile
from PIL import ExifTags, Image

from compiler.picture.tone_mapping import to_screen
from echoes.photos.decoding.codecs import jpeg
from echoes.photos.decoding.contract import DecodeLimits, UnusablePhoto
from echoes.photos.decoding.scaling import bands_of, kept_size, scaled
from tests.photos.conftest import LIMITS, Develop
from tests.photos.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    as_shot,
    centre,
    corners,
    encoded,
    exif,
    is_near,
    noisy,
    quarters,
    save,
)  # fmt: skip
from tests.photos.profiles import DISPLAY_P3, in_srgb

FOUR = (RED, GREEN, BLUE, YELLOW)
TIFF_WAYS = ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")


def shows_four(master: Path, tolerance: int = 14) -> bool:
    with Image.open(master) as image:
        return all(
            is_near(seen, wanted, tolerance) for seen, wanted in zip(corners(image), FOUR, strict=True)
        )


def written(folder: Path, content: bytes) -> Path:
    path = folder / "sent"
    path.write_bytes(content)
    return path


def turned_by_exif_alone(image: Image.Image, format_name: str, orientation: int) -> bytes:
    """As camera apps write it. Encoders put the turn into boxes, unless it has another name until then."""
    unit, turn = (
        struct.pack(">HHIH", tag, 3, 1, orientation)
        for tag in (ExifTags.Base.ResolutionUnit, ExifTags.Base.Orientation)
    )
    block = Image.Exif()
    block[ExifTags.Base.ResolutionUnit] = orientation
    content = encoded(image, format_name, quality=95, exif=block.tobytes())
    assert unit in content
    return content.replace(unit, turn)


@pytest.mark.parametrize("format_name", ["HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turn_in_exif_alone_is_applied_once(
    tmp_path: Path, master: Path, developed: Develop, format_name: str, orientation: int
) -> None:
    pillow_heif.register_heif_opener()
    stored = as_shot(quarters(), orientation)
    both = encoded(stored, format_name, quality=95, exif=exif(orientation))
    for content in (both, turned_by_exif_alone(stored, format_name, orientation)):
        facts = developed(written(tmp_path, content))
        assert (facts.width, facts.height) == (160, 96)
        assert shows_four(master)


@pytest.mark.parametrize("way", TIFF_WAYS)
def test_scans_are_photographs(tmp_path: Path, master: Path, developed: Develop, way: str) -> None:
    developed(written(tmp_path, encoded(quarters(), "TIFF", compression=way)))
    assert shows_four(master, 20)


@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_scans_of_sixteen_bits_are_photographs(
    tmp_path: Path, master: Path, developed: Develop, planes: str, order: Literal["<", ">"]
) -> None:
    deep = np.asarray(quarters()).astype(np.uint16) * 257
    if planes == "separate":
        deep = np.moveaxis(deep, -1, 0)
    path = tmp_path / "scan.tif"
    tifffile.imwrite(path, deep, photometric="rgb", planarconfig=planes, byteorder=order)
    developed(path)
    assert shows_four(master)


@pytest.mark.parametrize("format_name", ["BMP", "GIF", "JPEG2000"])
def test_old_formats_are_photographs(
    tmp_path: Path, master: Path, developed: Develop, format_name: str
) -> None:
    developed(written(tmp_path, encoded(quarters(), format_name)))
    assert shows_four(master, 20)


def test_pages_are_named_and_previews_are_none(tmp_path: Path, master: Path, developed: Develop) -> None:
    path = tmp_path / "album.tif"
    with tifffile.TiffWriter(path) as album:
        for colour, kind in ((RED, 0), (GREEN, 1), (BLUE, 0)):
            album.write(np.full((64, 64, 3), colour, np.uint8), photometric="rgb", subfiletype=kind)
    assert developed(path).more_pages == (2,)
    assert is_near(centre(master), RED)
    assert developed(path, LIMITS, 2).more_pages == ()
    assert is_near(centre(master), BLUE)


def test_more_pages_than_a_film_needs_are_refused(tmp_path: Path, developed: Develop) -> None:
    pages = [Image.new("L", (32, 32))] * 60
    with pytest.raises(UnusablePhoto, match="too_many_pages"):
        developed(written(tmp_path, encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])))


@pytest.mark.parametrize(
    ("format_name", "options", "missing"),
    [
        ("JPEG", {"quality": 90}, 2),
        ("JPEG", {"quality": 90}, 0.03),
        ("JPEG", {"quality": 90, "progressive": True}, 2),
        ("WEBP", {"quality": 90}, 0.02),
        ("WEBP", {"lossless": True}, 0.02),
        ("PNG", {}, 0.03),
        ("PNG", {"bits": 8}, 12),
    ],
)
def test_a_file_without_its_end_is_taken_as_far_as_it_goes(
    tmp_path: Path, master: Path, developed: Develop, format_name: str, options: dict[str, object],
    missing: float,
) -> None:  # fmt: skip
    picture = noisy((320, 400))
    content = encoded(picture, format_name, **options)
    kept = len(content) - int(missing if missing >= 1 else len(content) * missing)
    facts = developed(written(tmp_path, content[:kept]))
    assert (facts.width, facts.height) == (320, 400)
    assert facts.is_truncated == (missing < 1)
    with Image.open(master) as image:
        top = (0, 0, 320, 370)
        difference = np.abs(np.asarray(image.crop(top), int) - np.asarray(picture.crop(top), int)).mean()
    assert difference < 6


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("behind", [b"", b"\xff\xda", b"\xff\xd9", b"moov\xff\xd9mdat\xff\xda" + bytes(99)])
@pytest.mark.parametrize("lost", [0, 2, 900])
def test_what_follows_a_picture_says_nothing_of_its_end(
    tmp_path: Path, lost: int, behind: bytes, progressive: bool
) -> None:
    """A motion photo is a picture with a video behind it, which holds any two bytes by chance."""
    inner = encoded(noisy((64, 64)), "JPEG")
    whole = encoded(noisy(), "JPEG", progressive=progressive, exif=b"Exif\0\0" + inner)
    path = tmp_path / "motion.jpg"
    path.write_bytes(whole[:-lost] if lost else whole + behind)
    assert jpeg.is_truncated(path) == bool(lost)


def test_a_whole_file_lacks_nothing(tmp_path: Path, developed: Develop) -> None:
    for format_name in ("JPEG", "WEBP", "PNG"):
        assert not developed(written(tmp_path, encoded(noisy(), format_name))).is_truncated


def chunk(kind: bytes, content: bytes, checksum: int | None = None) -> bytes:
    right = zlib.crc32(kind + content)
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", right if checksum is None else checksum)
    )


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"pHYs", bytes(9), 1),
        chunk(b"iCCP", b"screen\0\0" + zlib.compress(bytes(20_000_000))),
        chunk(b"iCCP", b"screen\0\0no stream"),
        chunk(b"iCCP", b"screen\0\7"),
        chunk(b"zTXt", b"workflow\0\0" + zlib.compress(bytes(3_000_000))),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(3_000_000))),
        chunk(b"tRNS", b"\0"),
        chunk(b"gAMA", b""),
        chunk(b"cICP", b"\1"),
        chunk(b"acTL", b""),
        chunk(b"quTe", bytes(100)),
    ],
)
def test_chunks_that_do_not_matter_never_decide(
    tmp_path: Path, master: Path, developed: Develop, extra: bytes
) -> None:
    content = encoded(quarters(), "PNG")
    developed(written(tmp_path, content[:33] + extra + content[33:]))
    assert shows_four(master)


@pytest.mark.parametrize("transfer", [16, 18])
def test_bright_stills_are_toned_like_bright_videos(
    tmp_path: Path, master: Path, developed: Develop, transfer: int
) -> None:
    coded = (0.55, 0.45, 0.35)
    pixels = np.empty((64, 96, 3), np.uint16)
    pixels[:] = [round(value * 65535) for value in coded]
    pillow_heif.from_bytes("RGB;16", (96, 64), pixels.tobytes()).save(
        tmp_path / "bright.heic", quality=-1, matrix_coefficients=9, color_primaries=9,
        transfer_characteristics=transfer,
    )  # fmt: skip
    header = struct.pack(">IIBBBBB", 96, 64, 16, 2, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"cICP", bytes((9, transfer, 0, 1)))
    png += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    name = {16: "smpte2084", 18: "arib-std-b67"}[transfer]
    shown = tuple(round(value * 255) for value in to_screen(np.array([coded]), "bt2020", name, 1000.0)[0])
    for path in (tmp_path / "bright.heic", written(tmp_path, png)):
        developed(path)
        assert is_near(centre(master), shown, 6), path.name


@pytest.mark.parametrize("format_name", ["HEIF", "AVIF", "PNG"])
def test_display_p3_in_numbers_alone_is_display_p3(
    tmp_path: Path, master: Path, developed: Develop, format_name: str
) -> None:
    pillow_heif.register_heif_opener()
    colour = (60, 140, 90)
    content = encoded(Image.new("RGB", (64, 64), colour), format_name, quality=98)
    if format_name == "PNG":
        content = content[:33] + chunk(b"cICP", bytes((12, 13, 0, 1))) + content[33:]
    place = content.find(b"nclx")
    if place > 0:
        content = content[: place + 4] + struct.pack(">HH", 12, 13) + content[place + 8 :]
    developed(written(tmp_path, content))
    assert is_near(centre(master), in_srgb(colour, DISPLAY_P3), 5)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (4000, 3000)), ((8000, 6000), (4096, 3072)), ((30_000, 2000), (15_867, 1058))],
)
def test_panoramas_are_kept_by_their_area(size: tuple[int, int], kept: tuple[int, int]) -> None:
    found = kept_size(size, 4096)
    assert found == pytest.approx(kept, rel=0.01)
    assert kept_size(size[::-1], 4096) == found[::-1]


def test_scaling_in_bands_is_scaling_at_once() -> None:
    picture = noisy((1450, 650))
    at_once = picture.resize((350, 157), Image.Resampling.LANCZOS, reducing_gap=1.5)
    in_bands = scaled(bands_of(picture), picture.size, (350, 157))
    assert np.abs(np.asarray(at_once, int) - np.asarray(in_bands, int)).mean() < 1.5


def test_a_refusal_names_the_limit_that_was_met(tmp_path: Path, developed: Develop) -> None:
    with pytest.raises(UnusablePhoto, match="too_many_pixels"):
        developed(save(quarters((640, 480)), tmp_path, "webp"), DecodeLimits(100_000, 400, 100))
