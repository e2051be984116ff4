"""Data export: everything that Echoes has of a person, in one zip, and nothing of anybody else."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from echoes.accounts.cookies import COOKIE
from echoes.credits import rewards
from echoes.database import Database
from echoes.database.ownership import owned_tables
from echoes.models import Order, Photo, Project, User
from echoes.privacy.export import MISSING, PART, gather
from echoes.privacy.routes import routes
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.storage import get_storage, new_key
from tests.privacy.full_account import Somebody, move_in
from tests.support.databases.rows import add_photo
from tests.support.servers.application import application

pytestmark = pytest.mark.slow


@pytest.fixture
def owner(database: Database, tmp_path: Path) -> Somebody:
    return move_in(database, tmp_path, "anna", "Summer: 1987 / “best of”")


@pytest.fixture
def other(database: Database, tmp_path: Path) -> Somebody:
    return move_in(database, tmp_path, "paul", "Paul's secret")


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    get_rate_limiter.cache_clear()
    app = application(routes)
    with TestClient(app, base_url="http://localhost:3000", follow_redirects=False) as client:
        yield client


def zip_of(user_id: UUID) -> ZipFile:
    return ZipFile(io.BytesIO(b"".join(gather(user_id).parts())))


def table(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(archive.read(f"data/{name}.json"))
    return rows


def test_files_lie_in_folders_that_a_person_understands(owner: Somebody) -> None:
    archive = zip_of(owner.id)
    assert archive.testzip() is None
    files = {name for name in archive.namelist() if not name.startswith("data/")}
    assert files == {
        "README.txt",
        "photos/Summer- 1987 - “best of”/anna at the beach.jpg",
        "clips/Summer- 1987 - “best of”/anna at the beach.mp4",
        "films/Summer- 1987 - “best of”.mp4",
        "films/Summer- 1987 - “best of” 1920x1080.mp4",
        "music/Tender.mp3",
    }
    assert archive.read("music/Tender.mp3") == f"anna: {owner.keys[-1]}".encode()


def test_every_table_of_theirs_is_told(owner: Somebody) -> None:
    archive = zip_of(owner.id)
    for kind in owned_tables():
        assert table(archive, str(kind.__tablename__)), f"{kind.__tablename__} is left out, or empty"
    assert table(archive, "users")[0]["email"] == "anna@example.org"
    assert [entry["amount"] for entry in table(archive, "credit_entries")] == [5, -2]
    assert table(archive, "photos")[0]["master_file"] in archive.namelist()


def test_nothing_of_others_and_no_secrets_are_told(owner: Somebody, other: Somebody) -> None:
    archive = zip_of(owner.id)
    everything = "\n".join([*archive.namelist(), *(archive.read(n).decode() for n in archive.namelist())])
    for secret in ("paul", "Paul", str(other.id), "secret hash", "card of", owner.token, "token_hash"):
        assert secret not in everything


def test_names_that_are_alike_are_told_apart(owner: Somebody, database: Database, tmp_path: Path) -> None:
    with database.unscoped() as session:
        project = session.get_one(Project, owner.project_id)
        for name in (
            "ANNA AT THE BEACH.jpg",
            "../../etc/passwd",
            "con.",
            "x" * 300 + ".jpg",
            "a\x00b\u202e.jpg",
        ):
            photo = add_photo(session, project, name)
            photo.master_key = new_key(owner.id, "photos", "jpg")
            source = tmp_path / "copy.jpg"
            source.write_bytes(b"picture")
            get_storage().put(photo.master_key, source)
    names = [name for name in zip_of(owner.id).namelist() if name.startswith("photos/")]
    assert len({name.casefold() for name in names}) == 6
    assert "photos/Summer- 1987 - “best of”/ANNA AT THE BEACH 2.jpg" in names
    for name in names:
        assert ".." not in name.split("/")
        assert name.isprintable()
        assert name.count("/") == 2


@pytest.mark.parametrize("name", ["con", "Aux", "nul.", "COM1", "lpt9", "prn.old"])
def test_no_folder_and_no_file_is_called_like_a_device_of_windows(
    database: Database, tmp_path: Path, name: str
) -> None:
    owner = move_in(database, tmp_path, "anna", name)
    with database.unscoped() as session:
        session.exec(update(Photo).where(col(Photo.owner_id) == owner.id).values(filename=f"{name}.jpg"))
    parts = {part for entry in zip_of(owner.id).namelist() for part in entry.split("/")}
    assert f"_{name.rstrip('.')}" in parts
    assert not {part.partition(".")[0].casefold() for part in parts} & {
        "con",
        "aux",
        "nul",
        "com1",
        "lpt9",
        "prn",
    }


def test_who_invited_whom_names_nobody(owner: Somebody, other: Somebody, database: Database) -> None:
    """Both get credits, and neither the other's id: it is half of what the database's wall asks for."""
    with database.unscoped() as session:
        session.get_one(User, other.id).referred_by_id = owner.id
        order = session.exec(select(Order).where(col(Order.owner_id) == other.id)).one()
        rewards.on_first_purchase(session, order)
    for person, friend in ((owner, other), (other, owner)):
        archive = zip_of(person.id)
        assert [e["kind"] for e in table(archive, "credit_entries")][-1] == "referral"
        assert str(friend.id) not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_a_file_that_went_meanwhile_is_named_and_the_rest_comes(owner: Somebody) -> None:
    export = gather(owner.id)
    get_storage().delete([owner.keys[0]])
    archive = ZipFile(io.BytesIO(b"".join(export.parts())))
    assert "anna at the beach.jpg" in archive.read(MISSING).decode()
    assert "films/Summer- 1987 - “best of”.mp4" in archive.namelist()


def test_a_large_file_is_never_in_memory(owner: Somebody, database: Database, tmp_path: Path) -> None:
    size = 40 * 1024 * 1024
    source = tmp_path / "large.jpg"
    with source.open("wb") as file:
        file.truncate(size)
    key = new_key(owner.id, "photos", "jpg")
    get_storage().put(key, source)
    with database.unscoped() as session:
        session.exec(update(Photo).where(col(Photo.owner_id) == owner.id).values(master_key=key))
    tracemalloc.start()
    sent = sum(map(len, gather(owner.id).parts()))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > size
    assert most < 20 * PART


def test_nobody_gets_a_zip(browser: TestClient, owner: Somebody) -> None:
    answer = browser.get("/privacy/export")
    assert answer.headers["location"] == "/sign-in?next=%2Faccount"


def test_everybody_gets_their_own(browser: TestClient, owner: Somebody, other: Somebody) -> None:
    browser.cookies.set(COOKIE, other.token)
    answer = browser.get("/privacy/export")
    assert answer.headers["content-disposition"].endswith('.zip"')
    assert answer.headers["cache-control"] == "no-store"
    archive = ZipFile(io.BytesIO(answer.content))
    assert [user["name"] for user in table(archive, "users")] == ["paul"]


def test_another_site_cannot_make_us_work(browser: TestClient, owner: Somebody) -> None:
    browser.cookies.set(COOKIE, owner.token)
    answer = browser.get("/privacy/export", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/account"


def test_it_can_be_fetched_several_times_an_hour_and_no_more(
    browser: TestClient, owner: Somebody, other: Somebody
) -> None:
    browser.cookies.set(COOKIE, owner.token)
    answers = [browser.get("/privacy/export") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [303]
    assert answers[-1].headers["location"] == "/account?problem=too_often"
    browser.cookies.set(COOKIE, other.token)
    assert browser.get("/privacy/export").status_code == 200


def test_the_export_of_a_newcomer_is_a_zip_too(database: Database) -> None:
    with database.unscoped() as session:
        user = User(issuer="local", subject="new", name="New")
        session.add(user)
    assert table(zip_of(user.id), "projects") == []
