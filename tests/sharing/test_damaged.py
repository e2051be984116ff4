"""Truncated films: not shown as if they were whole; the page says so, and they can be made again."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.engine.cleanup import find_damaged_files
from echoes.models import ShareLink, Video
from echoes.pages.project.film.queries import DAMAGED, read_film_page
from echoes.settings import get_settings
from echoes.videos.sizes import enlarge


@pytest.fixture
def cut(database: Database, video: Video, link: ShareLink) -> Path:
    """As a disk leaves it that failed while it was copied."""
    path = get_settings().files_dir / str(video.film_key)
    with database.unscoped() as session:
        session.get_one(Video, video.id).size_bytes = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-100])
    return path


def test_a_visitor_is_told_and_not_counted(
    browser: TestClient, database: Database, link: ShareLink, cut: Path
) -> None:
    for page in ("watch", "embed"):
        answer = browser.get(f"/{page}/{link.token}")
        assert answer.status_code == 503
        assert "cannot be shown right now" in answer.text
        assert "<video" not in answer.text
    assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 503
    with database.reading() as session:
        assert session.get_one(ShareLink, link.id).views == 0


def test_its_owner_can_make_it_again(database: Database, video: Video, cut: Path) -> None:
    with database.reading_as(video.owner_id) as session:
        film = read_film_page(session, video.project_id).current
    assert (film.stage, film.problem, film.film, film.sizes) == ("failed", DAMAGED, "", [])


def test_a_large_one_that_is_cut_makes_way_for_a_new_one(database: Database, video: Video, cut: Path) -> None:
    with database.acting_as(video.owner_id) as session:
        large = enlarge(session, video.id)
        first = large.id
        large.status, large.film_key, large.size_bytes = video.status, video.film_key, 7
    with database.acting_as(video.owner_id) as session:
        assert enlarge(session, video.id).id != first


def test_operators_are_told(database: Database, video: Video, cut: Path) -> None:
    assert find_damaged_files() == [video.film_key]
    with database.unscoped() as session:
        session.get_one(Video, video.id).size_bytes = cut.stat().st_size
    assert find_damaged_files() == []
