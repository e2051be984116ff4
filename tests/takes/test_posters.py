"""Small posters of takes and films on pages, and their backfill."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from echoes.database import Database
from echoes.models import Photo, Project, Take, Video
from echoes.storage import get_storage, new_key
from echoes.takes.files import take_keys
from echoes.takes.posters import make_missing_posters, poster_url, small_poster_key
from tests.support.databases.rows import add_take, add_video


@pytest.fixture
def old_take(database: Database, photos: list[Photo]) -> Take:
    with database.unscoped() as session:
        take = add_take(session, photos[0])
        _, take.poster_key, *_ = take_keys(take.owner_id, take.id)
    return take


@pytest.fixture
def old_film(database: Database, project: Project) -> Video:
    with database.unscoped() as session:
        film = add_video(session, project)
        film.poster_key = new_key(film.owner_id, "films", "jpg", film.id)
    return film


@pytest.fixture(params=[("old_take", 720), ("old_film", 960)], ids=["take", "film"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Take | Video, int]:
    """A row with a large poster alone, and how wide its small one is to be."""
    noise = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "poster.jpg", quality=85)
    name, width = request.param
    row: Take | Video = request.getfixturevalue(name)
    get_storage().put(row.poster_key or "", tmp_path / "poster.jpg")
    return row, width


def reread(database: Database, row: Take | Video) -> Take | Video:
    with database.reading() as session:
        if isinstance(row, Take):
            return session.get_one(Take, row.id)
        return session.get_one(Video, row.id)


def test_an_old_row_gets_its_small_poster_once(database: Database, old: tuple[Take | Video, int]) -> None:
    row, width = old
    assert make_missing_posters() == 1
    key = reread(database, row).small_poster_key
    assert key is not None
    with get_storage().local_path(key) as path, Image.open(path) as small:
        assert (small.format, small.size) == ("WEBP", (width, width * 9 // 16))
    assert make_missing_posters() == 0


def test_a_poster_that_is_gone_or_broken_is_not_tried_for_ever(
    database: Database, old: tuple[Take | Video, int]
) -> None:
    row, _ = old
    assert row.poster_key is not None
    get_storage().delete([row.poster_key])
    assert make_missing_posters() == 1
    assert reread(database, row).small_poster_key == row.poster_key
    assert make_missing_posters() == 0


def test_pages_show_the_small_one_or_what_there_is(database: Database, old: tuple[Take | Video, int]) -> None:
    (row, _), storage = old, get_storage()
    assert ".jpg" in poster_url(row, storage)
    make_missing_posters()
    assert ".webp" in poster_url(reread(database, row), storage)
    assert poster_url(None, storage) == ""


def test_a_film_in_another_size_has_no_poster_to_be_made(database: Database, project: Project) -> None:
    with database.unscoped() as session:
        add_video(session, project)
    assert make_missing_posters() == 0


def test_the_backfill_makes_the_file_that_the_take_names(old_take: Take) -> None:
    assert old_take.poster_key is not None
    assert small_poster_key(old_take.poster_key) == take_keys(old_take.owner_id, old_take.id)[2]
