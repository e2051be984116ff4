"""The operator's handlers, called by those who are none: nothing is read, nothing is changed."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, SQLModel, select

from echoes.credits.packs import seed_packs
from echoes.database import Database
from echoes.models import (
    AuditEntry,
    CreditEntry,
    CreditPack,
    Invitation,
    JobStatus,
    MusicTrack,
    Setting,
    Take,
    User,
)
from tests.pages.admin.every_handler import OPERATORS, OPERATORS_PAGES
from tests.pages.test_handlers import BROKEN, said
from tests.support.databases.rows import add_photo, add_project, add_take, add_track
from tests.support.tabs import OpenTab

pytestmark = pytest.mark.slow

TABLES: list[type[SQLModel]] = [
    User, Setting, AuditEntry, CreditEntry, CreditPack, MusicTrack, Take, Invitation,
]  # fmt: skip


@pytest.fixture
def ids(database: Database, anna: UUID) -> dict[str, str]:
    with database.unscoped() as session:
        seed_packs(session)
        photo = add_photo(session, add_project(session, anna))
        failed = add_take(session, photo, JobStatus.FAILED)
        return {"job": str(failed.id), "person": str(anna), "library": str(add_track(session).id)}


def everything(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [row for table in TABLES for row in _dumped(session, table)]


def _dumped(session: Session, table: type[SQLModel]) -> list[dict[str, Any]]:
    return [row.model_dump() for row in session.exec(select(table))]


def address_of(handler: str, ids: dict[str, str]) -> str:
    if "job_state" in handler:
        return f"/admin/jobs/{ids['job']}"
    return f"/admin/people/{ids['person']}" if "person_state" in handler else "/admin"


@pytest.mark.parametrize("who", ["nobody", "a member"])
async def test_others_read_and_change_nothing(
    open_tab: OpenTab, database: Database, ids: dict[str, str], stranger: UUID, who: str
) -> None:
    before, tab = everything(database), open_tab(None if who == "nobody" else stranger)
    wire = ""
    for handler, arguments in OPERATORS.items():
        filled = {
            name: ids.get(value, value) if isinstance(value, str) else value
            for name, value in arguments.items()
        }
        wire += said(await tab.send(handler, address_of(handler, ids), **filled))
    assert everything(database) == before
    assert "Anna" not in wire


@pytest.mark.parametrize("handler", OPERATORS_PAGES)
async def test_for_others_there_is_no_such_page(
    open_tab: OpenTab, ids: dict[str, str], stranger: UUID, handler: str
) -> None:
    for tab in (open_tab(None), open_tab(stranger)):
        await tab.load(address_of(handler, ids))
        answer = await tab.follow(handler, address_of(handler, ids))
        assert answer.fields["is_missing"] is True
        assert "Anna" not in said(answer)


async def test_broken_arguments_change_nothing(
    open_tab: OpenTab,
    database: Database,
    ids: dict[str, str],
    stranger: UUID,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("CRITICAL", logger="echoes.pages.common.state")
    before, tab = everything(database), open_tab(stranger)
    for handler, arguments in OPERATORS.items():
        for value in BROKEN if arguments else []:
            answer = await tab.send(handler, address_of(handler, ids), **dict.fromkeys(arguments, value))
            assert "Traceback" not in said(answer), (handler, value)
    assert everything(database) == before
