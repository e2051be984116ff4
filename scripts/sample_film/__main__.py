"""Makes the sample film of the landing page: `python -m scripts.sample_film [--folder assets/sample]`."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from compiler import Card, Shot, Soundtrack, Timeline, Titles, Transition, animate_photo, render
from compiler.subject import FramingChoice
from compiler.timeline.model import FRAME_RATE, to_frames
from scripts.demo.landscapes import balloons_over_the_valley, morning_in_the_mountains, under_the_stars
from scripts.demo.painting import Canvas
from scripts.sample_film.pictures import the_jetty
from scripts.sample_film.web_video import encode_for_web

MUSIC, MUSIC_FROM = Path("assets/music/tender.m4a"), 14.0
SECONDS, JOINT = 2.75, Transition("crossfade", to_frames(0.75))
OPENING = Card("A day with Grandpa", to_frames(1.75), Transition("crossfade", to_frames(0.5)), "August 1987")
PICTURES: dict[str, tuple[Callable[[], Canvas], str, tuple[float, float], str | None]] = {
    "morning": (morning_in_the_mountains, "push_in", (0.62, 0.5), None),
    "balloons": (balloons_over_the_valley, "drift_right", (0.4, 0.35), None),
    "jetty": (the_jetty, "push_in", (0.42, 0.56), "The lake, in the last light"),
    "stars": (under_the_stars, "rise", (0.5, 0.6), None),
}
"""By name: who paints it, how the camera moves over it and where to, and what it says."""
POSTER, PRINTS = "jetty", ("balloons", "stars")
PRINT_SIZE = (300, 250)
PRINT_QUALITIES = {".avif": 36, ".webp": 55}
"""These two look alike."""
SLOWEST = {".avif": {"speed": 0}, ".webp": {"method": 6}}
"""For the smallest file."""
POSTERS = {
    "poster-672.avif": ((672, 378), 52),
    "poster-854.avif": ((854, 480), 52),
    "poster.webp": ((854, 480), 74),
}
"""Size and quality. A phone of two pixels a point shows the first; WebP is for browsers of before 2023."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.sample_film", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("assets/sample"))
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        photos = {
            name: _painted(paint, Path(scratch) / f"{name}.png") for name, (paint, *_) in PICTURES.items()
        }
        render(_timeline(photos, Path(scratch)), film := Path(scratch) / "film.mp4")
        encode_for_web(film, folder / "film.mp4")
        _stills(photos, folder)
    for path in sorted(folder.iterdir()):
        print(f"{path.name:<14} {path.stat().st_size / 1000:7.1f} kB")


def _painted(paint: Callable[[], Canvas], path: Path) -> Path:
    paint().image().save(path)
    return path


def _timeline(photos: dict[str, Path], scratch: Path) -> Timeline:
    shots = []
    for name, (_, move, focus, caption) in PICTURES.items():
        clip = scratch / f"{name}.mp4"
        animate_photo(photos[name], clip, duration=SECONDS, move=move, choice=FramingChoice(focus))
        shots.append(Shot(str(clip), caption=caption))
    return Timeline(
        shots=tuple(shots),
        transitions=(JOINT,),
        soundtrack=Soundtrack(str(MUSIC), volume=0.9, start=MUSIC_FROM, fade_in=0.3, fade_out=1.2),
        titles=Titles(opening=OPENING),
        fade_out=FRAME_RATE // 2,
        title_style="album",
    )


def _stills(photos: dict[str, Path], folder: Path) -> None:
    for file, (size, quality) in POSTERS.items():
        _still(photos[POSTER], size, folder / file, quality)
    for name in PRINTS:
        for ending, quality in PRINT_QUALITIES.items():
            _still(photos[name], PRINT_SIZE, folder / f"{name}{ending}", quality)


def _still(photo: Path, size: tuple[int, int], path: Path, quality: int) -> None:
    """Its middle, in another shape."""
    with Image.open(photo) as picture:
        width, height = picture.size
        scale = max(size[0] / width, size[1] / height)
        large = picture.resize((round(width * scale), round(height * scale)), Image.Resampling.LANCZOS)
    left, top = (large.width - size[0]) // 2, round((large.height - size[1]) * 0.6)
    still = large.crop((left, top, left + size[0], top + size[1]))
    still.save(path, None, quality=quality, **SLOWEST[path.suffix])


if __name__ == "__main__":
    main()
