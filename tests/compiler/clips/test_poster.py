"""Posters: the frame that is seen at a time, in the right colours."""

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image

from compiler.clips.poster import save_poster
from compiler.codec.encoder import clip_writer
from compiler.commands import run
from compiler.errors import NotAVideo
from compiler.picture.planes import PlanarFrame, plain, to_frame
from compiler.progress import silent
from compiler.requests import RenderRequest
from compiler.timeline.model import Card, Shot, Timeline, Titles

pytestmark = pytest.mark.slow


def test_a_poster_shows_the_frame_at_its_time(
    clips: list[Path], sources: list[list[PlanarFrame]], tmp_path: Path
) -> None:
    poster = save_poster(clips[2], tmp_path / "poster.jpg", at=50 / 24 + 0.01)
    assert (poster.size, poster.size_bytes) == ((1280, 720), (tmp_path / "poster.jpg").stat().st_size)
    grey = np.asarray(Image.open(tmp_path / "poster.jpg").convert("L"), np.float64)
    distances = [np.abs(grey - (source.luma - 16.0) * 255 / 219).mean() for source in sources[2]]
    assert int(np.argmin(distances)) == 50


def test_a_time_behind_the_end_shows_the_last_frame(clips: list[Path], tmp_path: Path) -> None:
    assert save_poster(clips[0], tmp_path / "poster.jpg", at=99).at == 35 / 24


def test_the_poster_of_a_film_shows_its_first_clip(clips: list[Path], tmp_path: Path) -> None:
    """Neither the black that it comes out of nor its title."""
    shot = Shot(str(clips[2]), frames=72)
    timeline = Timeline((shot,), titles=Titles(opening=Card("Rosa", 24)), fade_in=24, fade_out=12)
    run(RenderRequest(timeline, tmp_path / "film.mp4", poster=tmp_path / "poster.jpg"), silent, Event())
    assert np.asarray(Image.open(tmp_path / "poster.jpg").convert("L")).mean() > 80


def test_colours_are_those_of_the_video(tmp_path: Path) -> None:
    """Pure red in BT.709, limited range."""
    with clip_writer(tmp_path / "red.mp4", (1280, 720), 12) as writer:
        for _ in range(12):
            writer.write(to_frame(plain((1280, 720), 63, 102, 240)))
    save_poster(tmp_path / "red.mp4", tmp_path / "poster.jpg")
    red, green, blue = Image.open(tmp_path / "poster.jpg").getpixel((640, 360))  # type: ignore[misc]
    assert red > 245
    assert green < 12
    assert blue < 12


def test_what_is_no_video_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("no video")
    with pytest.raises(NotAVideo):
        save_poster(text, tmp_path / "poster.jpg")
    assert list(tmp_path.iterdir()) == [text]


def test_a_small_one_is_written_beside_it(clips: list[Path], tmp_path: Path) -> None:
    save_poster(clips[2], tmp_path / "poster.jpg", small=tmp_path / "small.webp")
    with Image.open(tmp_path / "small.webp") as small:
        assert (small.format, small.size) == ("WEBP", (720, 405))
