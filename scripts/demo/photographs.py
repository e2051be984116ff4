"""The twelve photographs of the demo, as files: drawn, because nobody's own are ours to give away."""

from collections.abc import Callable
from pathlib import Path

from PIL import ExifTags, Image

from scripts.demo import landscapes, people
from scripts.demo.painting import Canvas

QUALITY = 92
PHOTOGRAPHS: dict[str, tuple[str, Callable[[], Canvas]]] = {
    "Morning in the mountains.jpg": ("2025:05:03 06:12:00", landscapes.morning_in_the_mountains),
    "Poppies behind the house.jpg": ("2025:06:08 11:40:00", landscapes.poppies),
    "On the quiet lake.jpg": ("2025:06:21 09:05:00", landscapes.the_quiet_lake),
    "Tom and his kite.jpg": ("2025:07:12 15:30:00", people.the_kite),
    "Balloons over the valley.jpg": ("2025:07:27 07:20:00", landscapes.balloons_over_the_valley),
    "Evening at the sea.jpg": ("2025:08:09 20:48:00", people.evening_at_the_sea),
    "Tom.jpg": ("2025:08:10 17:15:00", people.the_boy_with_freckles),
    "Under the stars.jpg": ("2025:08:23 23:10:00", landscapes.under_the_stars),
    "Grandma Rosa.jpg": ("2025:09:14 14:02:00", people.grandmother),
    "Rosa turns seventy.jpg": ("2025:09:14 16:31:00", people.the_birthday),
    "The path to the school.jpg": ("2025:10:19 10:25:00", landscapes.the_path_in_autumn),
    "The house in the snow.jpg": ("2025:12:24 17:03:00", landscapes.the_house_in_the_snow),
}
"""By file name: when it was taken, as EXIF writes it, and who paints it."""


def draw_photographs(folder: Path, count: int = len(PHOTOGRAPHS)) -> list[Path]:
    """The first `count` of them, in the order in which they were taken."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, (taken_at, paint) in list(PHOTOGRAPHS.items())[:count]:
        paint().image().save(folder / name, quality=QUALITY, exif=_taken(taken_at))
        drawn.append(folder / name)
    return drawn


def _taken(moment: str) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment
    return exif
