"""Photographs as people send them, and files as nobody should, from the pictures in scikit-image."""

from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageDraw, ImageOps

from tests.photos.pictures import as_shot, exif, png_that_claims
from tests.photos.profiles import DISPLAY_P3, rgb_profile

MEGABYTE = 2**20


def make_photos(folder: Path, longest_side: int = 1600, count: int = 6) -> list[Path]:
    """Real photographs of different subject, shape, orientation, colour space and format."""
    pillow_heif.register_heif_opener()
    folder.mkdir(parents=True, exist_ok=True)
    makers: tuple[Callable[[Path, int], Path], ...] = (
        _turned_jpeg, _png_with_alpha, _webp, _avif, _heic, _portrait_in_display_p3,
    )  # fmt: skip
    return [make(folder, longest_side) for make in makers[:count]]


def make_hostile(folder: Path) -> dict[str, Path]:
    """Files that have to be refused with a plain sentence, each by what is wrong with it."""
    pillow_heif.register_heif_opener()
    folder.mkdir(parents=True, exist_ok=True)
    jpeg, heic = _bytes(subject("coffee.png", 640), "JPEG"), _bytes(subject("coffee.png", 320), "HEIF")
    contents = {
        "truncated": ("half sent.jpg", jpeg[: len(jpeg) // 2]),
        "truncated heic": ("half sent.heic", heic[: len(heic) * 2 // 3]),
        "text": ("letter.jpg", b"Dear all, the photographs are still in the attic.\n" * 20),
        "bomb": ("bomb.png", png_that_claims(30_000, 30_000)),
        "svg": ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        "empty": ("empty.jpg", b""),
    }
    result = {reason: _written(folder / name, content) for reason, (name, content) in contents.items()}
    return result | {"too large": _padded(folder / "too large.jpg", jpeg, 101 * MEGABYTE)}


def make_unusual(folder: Path) -> dict[str, Path]:
    """Files that few people send and that are photographs all the same."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = subject("coffee.png", 640)
    deep = Image.fromarray(np.asarray(ImageOps.grayscale(shown)).astype(np.uint16) * 257)
    return {
        "sixteen bit": _written(folder / "scan.png", _bytes(deep, "PNG")),
        "cmyk": _written(folder / "from the printer.jpg", _bytes(shown.convert("CMYK"), "JPEG")),
        "animated webp": _written(folder / "dancing.webp", _animated("WEBP")),
        "animated gif": _written(folder / "dancing.gif", _animated("GIF")),
    }


def _turned_jpeg(folder: Path, side: int) -> Path:
    """A phone held upright, its sensor on its side: orientation 6, with the place it was taken at."""
    image = as_shot(subject("motorcycle_left.png", side), 6)
    return _written(folder / "IMG_2041.JPG", _bytes(image, "JPEG", quality=90, exif=exif(orientation=6)))


def _png_with_alpha(folder: Path, side: int) -> Path:
    image = subject("chelsea.png", side)
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, image.width - 1, image.height - 1), side // 8, fill=255)
    image.putalpha(mask)
    return _written(folder / "Mitzi, cut out.png", _bytes(image, "PNG", compress_level=1))


def _webp(folder: Path, side: int) -> Path:
    return _written(folder / "coffee.webp", _bytes(subject("coffee.png", side), "WEBP", quality=88))


def _avif(folder: Path, side: int) -> Path:
    return _written(folder / "launch.avif", _bytes(subject("rocket.jpg", side), "AVIF", quality=80, speed=9))


def _heic(folder: Path, side: int) -> Path:
    """As a phone would write it, but for the encoder's patience."""
    shown = subject("hubble_deep_field.jpg", side)
    heic = _bytes(shown, "HEIF", quality=60, enc_params={"preset": "ultrafast"})
    return _written(folder / "IMG_0007.HEIC", heic)


def _portrait_in_display_p3(folder: Path, side: int) -> Path:
    """Taller than wide, and its numbers mean other colours than the same numbers in sRGB."""
    square = subject("astronaut.png", side)
    portrait = square.crop((square.width // 8, 0, square.width * 7 // 8, square.height))
    profile = rgb_profile(DISPLAY_P3)
    wide = ImageCms.profileToProfile(portrait, ImageCms.createProfile("sRGB"), BytesIO(profile))
    assert wide is not None
    return _written(folder / "Тётя Ева 😊.jpeg", _bytes(wide, "JPEG", quality=92, icc_profile=profile))


def subject(name: str, longest_side: int) -> Image.Image:
    with files("skimage").joinpath("data", name).open("rb") as file, Image.open(file) as picture:
        return ImageOps.contain(
            picture.convert("RGB"), (longest_side, longest_side), Image.Resampling.BICUBIC
        )


def _animated(format_name: str) -> bytes:
    frames = [subject("chelsea.png", side).resize((320, 213)) for side in (320, 200, 100)]
    return _bytes(frames[0], format_name, save_all=True, append_images=frames[1:], duration=100)


def _bytes(image: Image.Image, format_name: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, format_name, **options)
    return file.getvalue()


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _padded(path: Path, content: bytes, size: int) -> Path:
    """Of this size to whoever asks, though hardly any of it is on the disk."""
    path.write_bytes(content)
    with path.open("r+b") as file:
        file.truncate(size)
    return path
