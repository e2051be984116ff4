"""The sample film of the landing page: small, short, playable everywhere, and made as its script says."""

from pathlib import Path

import numpy as np
import pytest

from compiler.media.probing import probe
from scripts.sample_film.__main__ import PICTURES, POSTER, POSTERS, PRINT_QUALITIES, PRINTS
from scripts.sample_film.pictures import the_jetty
from scripts.sample_film.web_video import SIZE, encode_for_web

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
FILM = SAMPLE / "film.mp4"


def test_it_is_short_and_light() -> None:
    found = probe(FILM, strict=True)
    assert 8 <= found.duration <= 12
    assert (found.video_codec, found.audio_codec, found.pixel_format) == ("h264", "aac", "yuv420p")
    assert found.size == SIZE
    assert FILM.stat().st_size <= 900_000
    on_a_phone = ("poster-672.avif", *(f"{name}.avif" for name in PRINTS))
    assert sum((SAMPLE / name).stat().st_size for name in on_a_phone) <= 12_000


def test_it_plays_before_it_is_whole_and_on_old_telephones() -> None:
    begins = FILM.read_bytes()[:20_000]
    assert begins.index(b"moov") < begins.index(b"mdat")
    profile = begins[begins.index(b"avcC") + 5]
    assert profile == 66, "baseline"


def test_its_stills_are_there() -> None:
    assert {path.name for path in SAMPLE.iterdir()} == {
        "film.mp4", *POSTERS, *(f"{name}{ending}" for name in PRINTS for ending in PRINT_QUALITIES)
    }  # fmt: skip
    assert {POSTER, *PRINTS} <= PICTURES.keys()


@pytest.mark.slow
def test_pictures_are_painted_alike_each_time() -> None:
    first, second = np.asarray(the_jetty().image()), np.asarray(the_jetty().image())
    assert (first == second).all()
    assert first.std() > 30, "dark and light"


@pytest.mark.slow
def test_a_film_is_made_small(small_clip: Path, tmp_path: Path) -> None:
    encode_for_web(small_clip, tmp_path / "small.mp4")
    made, source = probe(tmp_path / "small.mp4", strict=True), probe(small_clip, strict=True)
    assert made.size == SIZE
    assert made.duration == pytest.approx(source.duration, abs=0.1)
