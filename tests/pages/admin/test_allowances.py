"""The operator's page of limits: saved in versions, and clips that wait are let go on."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.database import Database
from echoes.models import AuditEntry, JobStatus, Role, Take, User, now
from echoes.operator_settings import Allowances
from tests.pages.admin.every_handler import ADMIN_ALLOWANCES as PAGE
from tests.pages.admin.every_handler import ADMIN_PERSON, LIMITS
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.workflows import enqueued
from tests.support.tabs import OpenTab, Tab

HERE = "/admin/allowances"
NONE = LIMITS | dict.fromkeys(("cents_per_day", "cents_per_month"), "1") | {"paid_by_grant": ""}


@pytest.fixture
async def tab(database: Database, anna: UUID, open_tab: OpenTab) -> Tab:
    with database.unscoped() as session:
        session.get_one(User, anna).role = Role.OPERATOR
    tab = open_tab(anna)
    await tab.follow(f"{PAGE}.watch", HERE)
    return tab


@pytest.fixture
def held(database: Database, stranger: UUID) -> UUID:
    with database.unscoped() as session:
        photo = add_photo(session, add_project(session, stranger))
        take = add_take(session, photo, JobStatus.WAITING)
        take.held_at, take.provider, take.model = now(), "runway", "gen4_turbo"
        return take.id


async def test_limits_are_saved_and_two_operators_do_not_undo_each_other(
    tab: Tab, database: Database, anna: UUID, open_tab: OpenTab
) -> None:
    other = open_tab(anna)
    await other.follow(f"{PAGE}.watch", HERE)
    told = await tab.send(f"{PAGE}.save", HERE, form=LIMITS)
    assert told.sentence == "The limits have been changed."
    stale = await other.send(f"{PAGE}.save", HERE, form=NONE)
    assert "in the meantime" in stale.sentence
    with database.reading() as session:
        saved = operator_settings.read(session, Allowances)
        assert (saved.photos, saved.cents_per_month, saved.paid_by_grant) == (99, 99, True)


@pytest.mark.parametrize("wrong", ["-1", "", "1.5", "many", "9" * 30])
async def test_what_is_no_number_is_refused(tab: Tab, database: Database, wrong: str) -> None:
    told = await tab.send(f"{PAGE}.save", HERE, form=LIMITS | {"photos": wrong})
    assert told.sentence == "Please enter whole numbers."
    with database.reading() as session:
        assert operator_settings.latest(session, Allowances) == 0


async def test_clips_that_wait_are_let_go_on(tab: Tab, database: Database, held: UUID) -> None:
    told = await tab.send(f"{PAGE}.save", HERE, form=NONE)
    assert told.fields["seen"].waiting == "1 clip waits for you, from 1 person."
    went = await tab.send(f"{PAGE}.let_go_on", HERE)
    assert went.sentence == "1 clip can continue now."
    assert went.fields["seen"].held == 0
    assert enqueued() == [f"generate_take:{held}"]
    again = await tab.send(f"{PAGE}.let_go_on", HERE)
    assert again.sentence == "0 clips can continue now."
    with database.reading() as session:
        assert session.get_one(Take, held).held_at is None
        assert [row.action for row in session.exec(select(AuditEntry))] == ["set allowances", "release clips"]


async def test_somebody_is_granted_paid_clips(tab: Tab, database: Database, stranger: UUID) -> None:
    where = f"/admin/people/{stranger}"
    for is_granted in (True, False):
        await tab.send(f"{ADMIN_PERSON}.grant_paid", where, is_granted=is_granted)
        with database.reading() as session:
            assert session.get_one(User, stranger).may_use_paid is is_granted
