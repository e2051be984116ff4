"""Every handler of every page is open to anybody who can open a websocket, with any arguments.

Each is called as nobody, as a stranger, and with arguments that no page would send. Nothing of Anna's may be
read or change, and nobody may see more than a sentence. A new handler must be entered here.
"""

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from reflex.utils.format import json_dumps
from sqlmodel import SQLModel, delete, select

from echoes.database import Database
from echoes.errors import OUR_FAULT
from echoes.models import (
    AuthSession,
    Clip,
    JobStatus,
    MusicTrack,
    Passkey,
    Photo,
    Project,
    RecoveryCode,
    Take,
    User,
    Video,
    now,
)
from echoes.settings import get_settings
from tests.pages.admin.every_handler import OPERATORS, OPERATORS_PAGES
from tests.pages.every_handler import (
    ARGUMENTS,
    CLIPS,
    ENDLESS,
    FILMS,
    NEW_FILM,
    PROJECT,
    SIGN_IN,
)
from tests.support.databases.rows import add_passkey, add_photo, add_project, add_take, add_track, add_video
from tests.support.tabs import OpenTab, Tab

pytestmark = pytest.mark.slow

BROKEN: list[Any] = [None, "", "x" * 300, "../../etc", -1, float("nan"), [], ["x"], {"title": 7}, {"a": {}}]


@dataclass
class Possessions:
    """Rows of Anna's, by the words that stand for their ids in ARGUMENTS."""

    ids: dict[str, str]
    address: str

    def fill(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return self.ids.get(value, value) if isinstance(value, str) else value


@pytest.fixture
def annas(database: Database, anna: UUID) -> Possessions:
    with database.acting_as(anna) as session:
        project = add_project(session, anna)
        photo = add_photo(session, project)
        take = add_take(session, photo, approved=True)
        rows: dict[str, Any] = {
            "project": project,
            "photo": photo,
            "take": take,
            "waiting": add_take(session, photo, JobStatus.WAITING),
            "video": add_video(session, project),
            "track": add_track(session, anna),
            "passkey": add_passkey(session, anna),
        }
    ids = {name: str(row.id) for name, row in rows.items()} | {"clip": str(take.clip_id)}
    return Possessions(ids, f"/project/{project.id}/photos")


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """What no page would send is our mistake until proven otherwise, and is logged so: not here."""
    caplog.set_level(logging.CRITICAL, logger="echoes.pages.common.state")


def everything(database: Database) -> list[dict[str, Any]]:
    tables: list[type[SQLModel]] = [Project, Photo, Clip, Take, Video, MusicTrack, Passkey, RecoveryCode]
    with database.reading() as session:
        return [row.model_dump() for table in tables for row in session.exec(select(table))]


def said(answer: Any) -> str:
    """All that went over the wire, as it would be written on it."""
    return "".join(json_dumps(update) for update in answer.updates)


async def call_all(tab: Tab, annas: Possessions) -> str:
    await tab.load(annas.address)
    wire = ""
    for handler, arguments in ARGUMENTS.items():
        filled = {name: annas.fill(value) for name, value in arguments.items()}
        wire += said(await tab.send(handler, annas.address, **filled))
    return wire


def test_every_handler_is_called_by_these_tests(open_tab: OpenTab) -> None:
    from echoes.echoes import app

    handlers = app._registration_context.event_handlers
    ours = {name.partition(".")[2] for name in handlers if "echoes___pages" in name}
    callable_by_clients = {name for name in ours if not name.endswith(".setvar")}
    assert callable_by_clients == {*ARGUMENTS, *ENDLESS, *OPERATORS, *OPERATORS_PAGES}


async def test_nobody_changes_or_reads_anything(
    open_tab: OpenTab, database: Database, annas: Possessions
) -> None:
    before = everything(database)
    wire = await call_all(open_tab(None), annas)
    assert everything(database) == before
    assert "Summer 1987" not in wire


async def test_a_stranger_changes_or_reads_nothing_of_anna(
    open_tab: OpenTab, database: Database, annas: Possessions, anna: UUID, stranger: UUID
) -> None:
    before = everything(database)
    wire = await call_all(open_tab(stranger), annas)
    own = [row for row in everything(database) if row["owner_id"] != stranger]
    assert own == before
    assert "Summer 1987" not in wire
    assert str(anna) not in wire


@pytest.mark.parametrize("handler", [name for name in ENDLESS if name.startswith(PROJECT)])
async def test_pages_of_another_are_not_found(
    open_tab: OpenTab, annas: Possessions, stranger: UUID, handler: str
) -> None:
    tab = open_tab(stranger)
    await tab.load(annas.address)
    answer = await tab.follow(handler, annas.address)
    assert "Summer 1987" not in said(answer)
    assert answer.fields["is_missing"] is True


@pytest.mark.parametrize("handler", ENDLESS)
async def test_pages_send_nobody_to_sign_in_and_back(
    open_tab: OpenTab, annas: Possessions, handler: str
) -> None:
    tab = open_tab(None)
    await tab.load(annas.address)
    answer = await tab.follow(handler, annas.address)
    assert answer.redirect == f"/sign-in?next={annas.address.replace('/', '%2F')}"


async def test_broken_arguments_change_nothing_of_others_and_get_a_sentence(
    open_tab: OpenTab, database: Database, annas: Possessions, stranger: UUID, quiet: None
) -> None:
    before, tab = everything(database), open_tab(stranger)
    await tab.load(annas.address)
    for handler, arguments in ARGUMENTS.items():
        for value in BROKEN if arguments else []:
            answer = await tab.send(handler, annas.address, **dict.fromkeys(arguments, value))
            assert "Traceback" not in said(answer), (handler, value)
    assert [row for row in everything(database) if row["owner_id"] != stranger] == before


@pytest.mark.parametrize("surplus", [{}, {"no_such_argument": 1}])
async def test_a_wrong_number_of_arguments_is_our_general_sentence(
    open_tab: OpenTab, anna: UUID, surplus: dict[str, Any], quiet: None
) -> None:
    tab = open_tab(anna)
    await tab.load()
    assert (await tab.send(f"{CLIPS}.keep", **surplus)).sentence == OUR_FAULT


async def test_the_cookie_never_reaches_a_script(open_tab: OpenTab, anna: UUID) -> None:
    tab = open_tab(anna)
    secret = tab.cookie.partition("=")[2]
    assert secret not in said(await tab.load()) + said(await tab.follow(f"{FILMS}.watch", "/films"))


async def test_a_tab_that_changes_hands_shows_nothing_of_the_one_before(
    open_tab: OpenTab, annas: Possessions, anna: UUID, stranger: UUID
) -> None:
    tab = open_tab(anna)
    await tab.load()
    assert "Summer 1987" in said(await tab.follow(f"{FILMS}.watch", "/films"))
    tab.cookie = open_tab(stranger).cookie
    first = said(await tab.load())
    assert "Summer 1987" not in first
    assert "Anna" not in first


async def test_a_session_that_was_closed_ends_at_the_next_press(
    open_tab: OpenTab, database: Database, anna: UUID
) -> None:
    from echoes.accounts.service import close_session

    tab = open_tab(anna)
    await tab.load()
    with database.unscoped() as session:
        close_session(session, tab.cookie.partition("=")[2])
    answer = await tab.send(f"{NEW_FILM}.begin")
    assert answer.redirect == "/sign-in?next=%2Ffilms&problem=ended"


async def test_who_was_signed_out_under_an_open_tab_is_not_led_in_circles(
    open_tab: OpenTab, database: Database, anna: UUID
) -> None:
    """The sign-in page sends on whom it knows: this tab's memory must not pass for knowing."""
    tab = open_tab(anna)
    await tab.load()
    with database.unscoped() as session:
        session.exec(delete(AuthSession))
    await tab.send(f"{NEW_FILM}.begin")
    answer = await tab.send(f"{SIGN_IN}.enter", at="/sign-in")
    assert answer.redirect == ""
    assert answer.fields["person"] == ""


async def test_a_suspended_person_is_told_so(open_tab: OpenTab, database: Database, anna: UUID) -> None:
    tab = open_tab(anna)
    await tab.load()
    with database.unscoped() as session:
        session.get_one(User, anna).suspended_at = now()
    answer = await tab.send(f"{NEW_FILM}.begin")
    assert answer.redirect == "/sign-in?next=%2Ffilms&problem=suspended"


async def test_two_quick_taps_begin_one_film_and_lead_to_its_photos(
    open_tab: OpenTab, database: Database, anna: UUID
) -> None:
    tab = open_tab(anna)
    await tab.load()
    answers = [await tab.send(f"{NEW_FILM}.begin") for _ in range(2)]
    (project,) = everything(database)
    assert {answer.redirect for answer in answers} == {f"/project/{project['id']}/photos"}


async def test_in_production_nobody_is_told_of_local_mode(
    open_tab: OpenTab, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "echoes.pages.common.state.get_settings",
        lambda: get_settings().model_copy(update={"mode": "production"}),
    )
    tab = open_tab(anna)
    assert (await tab.load()).fields["is_local"] is False
