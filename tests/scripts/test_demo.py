"""`make demo`: a finished, shared film in a data folder of its own, whatever else is set on this machine."""

from pathlib import Path

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import JobStatus, Project, Take, User, Video
from echoes.sharing.routes import routes
from echoes.storage import get_storage
from echoes.storage import routes as storage
from echoes.videos.service import is_damaged
from scripts.demo import __main__ as demo
from scripts.demo import making, people
from scripts.demo.photographs import PHOTOGRAPHS


@pytest.mark.slow
def test_two_photographs_become_a_film_that_a_guest_can_watch(database: Database) -> None:
    link = making.make(photographs=2)
    with database.reading() as session:
        video = session.get_one(Video, link.video_id)
        assert session.exec(select(User.name)).one() == making.NAME
        assert session.exec(select(Project.music_id)).one() is not None
        assert {take.status for take in session.exec(select(Take))} == {JobStatus.SUCCEEDED}
    assert video.status == JobStatus.SUCCEEDED
    assert not is_damaged(video)
    with TestClient(Starlette(routes=[*routes, *storage.routes]), base_url="http://localhost:3000") as guest:
        page = guest.get(f"/watch/{link.token}")
        assert page.status_code == 200
        assert making.TITLE in page.text
        film = guest.get(f"/watch/{link.token}/film.mp4", headers={"range": "bytes=0-99"})
        assert film.status_code == 206
    assert get_storage().size(video.film_key or "") == video.size_bytes


def test_settings_of_the_operator_do_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ECHOES_MODE": "production",
        "ECHOES_DATABASE_URL": "postgresql://echoes@db/echoes",
        "ECHOES_DATA_DIR": str(tmp_path / "theirs"),
        "RUNWAYML_API_SECRET": "a key that costs money",
        "FAL_KEY": "another one",
        "ECHOES_PORT": "3100",
    }.items():
        monkeypatch.setenv(name, value)
    environment = demo.environment(tmp_path / "ours")
    ours = {name: value for name, value in environment.items() if name.startswith(demo.OF_OURS)}
    assert ours == {"ECHOES_PORT": "3100", "ECHOES_DATA_DIR": str(tmp_path / "ours"), "ECHOES_ENV_FILE": ""}
    assert environment["PATH"], "the rest of the machine is as it was"


def test_what_was_cut_off_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what fails leaves no folder behind that looks finished."""
    folder, partial = tmp_path / "demo", tmp_path / "demo.partial"
    partial.mkdir()
    (partial / "echoes.db").write_text("half of one")
    monkeypatch.setattr(demo, "migrate", lambda _: None)
    monkeypatch.setattr(demo, "MAKING", ["-c", "import sys; sys.exit(3)"])
    with pytest.raises(SystemExit) as end:
        demo.make(folder)
    assert (end.value.code, folder.exists(), list(partial.iterdir())) == (3, False, [])
    monkeypatch.setattr(
        demo, "MAKING", ["-c", "import os; open(os.environ['ECHOES_DATA_DIR'] + '/made', 'w')"]
    )
    demo.make(folder)
    assert [path.name for path in folder.iterdir()] == ["made"]
    assert not partial.exists()


def test_the_same_picture_is_painted_each_time() -> None:
    first, again = (people.the_boy_with_freckles().image() for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert len(first.getcolors(2**24) or ()) > 10_000, "a picture, and no plain colour"
    assert len(PHOTOGRAPHS) == 12
