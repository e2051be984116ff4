"""Uploads of real photographs of every kind go through; everything else is refused by its name."""

from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from echoes.database import Database
from echoes.models import Photo, Project
from echoes.storage import get_storage
from tests.support.media.photos import make_hostile, make_photos, make_unusual
from tests.uploads.client import Uploader, sentence

pytestmark = [pytest.mark.long, pytest.mark.slow]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpus")


def test_real_photographs_go_through(
    owner: Uploader, project: Project, database: Database, corpus: Path
) -> None:
    sent = [*make_photos(corpus / "photos", 480), *make_unusual(corpus / "unusual").values()]
    for path in sent:
        answer = owner.upload(project.id, path.read_bytes(), path.name)
        assert answer.status_code == 200, (path.name, answer.text)
    with database.unscoped() as session:
        kept = session.exec(select(Photo).order_by("id")).all()
    assert [photo.filename for photo in kept] == [path.name for path in sent]
    for photo in kept:
        with get_storage().local_path(photo.master_key) as path, Image.open(path) as master:
            assert (master.mode, master.size) == ("RGB", (photo.width, photo.height))
            assert dict(master.getexif()) == {}


def test_everything_else_is_refused_by_its_name(
    owner: Uploader, project: Project, database: Database, corpus: Path
) -> None:
    for reason, path in make_hostile(corpus / "hostile").items():
        answer = owner.begin(project.id, path.stat().st_size, path.name)
        if answer.status_code == 201:
            answer = owner.append(answer.headers["location"], 0, path.read_bytes())
        assert answer.status_code in {413, 422}, reason
        assert sentence(answer).startswith(f"“{path.name}” "), reason
    with database.unscoped() as session:
        assert session.exec(select(Photo)).all() == []
