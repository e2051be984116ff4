"""Every handler of every state is a public endpoint. All are called, by nobody, by a stranger, and by the
owner with broken arguments: nothing of another's is told or changed, and no page sees a stack trace.

A new handler is found by this test without being named in it.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import reflex as rx
from sqlmodel import Session, col, select

import echoes.echoes  # noqa: F401 -- all states are known once the app is wired
from echoes.accounts.cookies import COOKIE
from echoes.database import Database
from echoes.database.ownership import owned_tables
from echoes.models import Clip, MusicTrack, Project, Take, User, Video
from tests.journeys.conftest import App
from tests.journeys.socket import EventSocket
from tests.support.rows import add_photo, add_project, add_take, add_track, add_video

SECRET = "Nobody else may read this title"
BROKEN: tuple[Any, ...] = (
    None, "", "no id", "../../etc/passwd", "0" * 32, -1, 10**30, 1.5e308, True, [], ["x"], {},
    {"title": None}, {"title": ["x"]}, "x" * 100_000, "\x00", "<script>alert(1)</script>", str(uuid4()),
)  # fmt: skip

Row = dict[str, Any]
TABLES: tuple[Any, ...] = (*owned_tables(), MusicTrack)


def every_handler() -> dict[str, list[str]]:
    """The parameters of each, by its name on the wire."""
    found: dict[str, list[str]] = {}
    for state in every_state(rx.State):
        for name, handler in state.event_handlers.items():
            parameters = list(inspect.signature(handler.fn).parameters)[1:]
            found[f"{state.get_full_name()}.{name}"] = parameters
    return found


def every_state(state: type[rx.State]) -> Iterator[type[rx.State]]:
    yield state
    for child in state.__subclasses__():
        if child.__module__.startswith("echoes.") or child is rx.State:
            yield from every_state(child)


OURS = {name: parameters for name, parameters in every_handler().items() if "echoes___" in name}


@pytest.fixture
def database(app: App) -> Iterator[Database]:
    opened = Database(f"sqlite:///{app.data_dir}/echoes.db")
    yield opened
    opened.dispose()


def sign_in(app: App, name: str) -> str:
    answer = httpx.post(
        f"{app.address}/auth/local", data={"name": name}, headers={"origin": app.address}, timeout=30
    )
    return f"{COOKIE}={answer.cookies[COOKIE]}"


@pytest.fixture
def anna(app: App, database: Database) -> tuple[str, Project]:
    """Signed in, with something of everything."""
    cookie = sign_in(app, f"Anna {uuid4()}")
    with database.unscoped() as session:
        owner = session.exec(select(User).order_by(col(User.id).desc())).first()
        assert owner is not None
        project = add_project(session, owner.id, SECRET)
        add_take(session, add_photo(session, project, "secret.jpg"), approved=True)
        add_video(session, project)
        add_track(session, owner.id)
    return cookie, project


def rows_of(database: Database, owner: UUID) -> dict[str, list[Row]]:
    with database.reading() as session:
        return {
            table.__name__: [row.model_dump() for row in _rows(session, table, owner)] for table in TABLES
        }


def _rows(session: Session, table: Any, owner: UUID) -> list[Any]:
    return list(session.exec(select(table).where(table.owner_id == owner).order_by(table.id)))


def ids_of(database: Database, project: Project) -> list[str]:
    """All that Anna's own page would send."""
    with database.reading() as session:
        rows = [row for table in (Clip, Take, Video) for row in _rows(session, table, project.owner_id)]
    return [str(project.id), *(str(row.id) for row in rows)]


def call_everything(app: App, cookie: str, project: Project, arguments: tuple[Any, ...]) -> str:
    """All that the server answered."""
    page, query = f"/project/{project.id}/clips", {"project_id": str(project.id)}
    with EventSocket(app.address, cookie) as socket:
        for handler, parameters in OURS.items():
            for argument in arguments if parameters else (None,):
                socket.send(handler, dict.fromkeys(parameters, argument), page, query)
        return "\n".join(socket.answers())


def test_the_walk_knows_the_handlers() -> None:
    assert len(OURS) > 30
    for name in ("films_state.delete", "clips_state.animate", "arrange_state.reorder", "film_state.make"):
        assert any(handler.endswith(name) for handler in OURS), name


@pytest.mark.parametrize("caller", ["nobody", "a stranger"])
def test_others_learn_and_change_nothing(
    app: App, database: Database, anna: tuple[str, Project], caller: str
) -> None:
    _, project = anna
    before = rows_of(database, project.owner_id)
    cookie = sign_in(app, f"Stranger {uuid4()}") if caller == "a stranger" else ""
    heard = call_everything(app, cookie, project, tuple(ids_of(database, project)))
    assert rows_of(database, project.owner_id) == before
    for secret in (SECRET, "secret.jpg", str(project.owner_id), "Traceback"):
        assert secret not in heard


def test_the_same_calls_by_the_owner_do_act(app: App, database: Database, anna: tuple[str, Project]) -> None:
    """Else the test above would prove nothing."""
    cookie, project = anna
    before = rows_of(database, project.owner_id)
    heard = call_everything(app, cookie, project, tuple(ids_of(database, project)))
    assert rows_of(database, project.owner_id) != before
    assert SECRET in heard


def test_broken_arguments_of_the_owner_do_no_harm(
    app: App, database: Database, anna: tuple[str, Project]
) -> None:
    cookie, project = anna
    heard = call_everything(app, cookie, project, BROKEN)
    assert "Traceback" not in heard
    with database.reading() as session:
        kept = session.get(Project, project.id)
    assert kept is not None
    assert httpx.get(f"{app.address}/ping", timeout=10).status_code == 200
    assert json.dumps(SECRET)[1:-1] in heard, "the owner's own page was filled, so the walk was heard"
