"""Single-use links that sign in: an operator's recovery link, asked before it is used up."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select, update
from starlette.testclient import TestClient

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE
from echoes.accounts.links.routes import routes
from echoes.accounts.links.sign_in_links import PATH
from echoes.admin import recovery
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import AuditEntry, SignInLink, User, new_id, now
from tests.support.servers.application import application

HERE = "http://localhost:3000"
OLGA = Operator(None, "Olga")
ENDED = "/sign-in?next=%2Ffilms&problem=link"


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        client.headers["origin"] = HERE
        yield client


def make(database: Database, user_id: UUID, reason: str = "lost her phone") -> str:
    with database.unscoped() as session:
        return recovery.make_link(session, OLGA, user_id, reason).removeprefix(HERE)


def test_it_signs_in_once_and_leads_to_where_a_passkey_is_made(
    browser: TestClient, database: Database, anna: UUID
) -> None:
    link = make(database, anna)
    answer = browser.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert service.authenticate(answer.cookies[COOKIE]) == anna
    browser.cookies.clear()
    again = browser.post(link)
    assert again.headers["location"] == browser.get(link).headers["location"] == ENDED
    assert COOKIE not in again.cookies


def test_looking_at_it_uses_nothing_up(browser: TestClient, database: Database, anna: UUID) -> None:
    link = make(database, anna)
    for _ in range(3):
        answer = browser.get(link)
        assert f'action="{link}"' in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert COOKIE not in answer.cookies
    assert browser.post(link).headers["location"] == "/account"


def test_it_ends_after_a_day_and_with_the_next_one(
    browser: TestClient, database: Database, anna: UUID
) -> None:
    first, second = make(database, anna), make(database, anna)
    assert browser.post(first).headers["location"] == ENDED
    with database.unscoped() as session:
        session.exec(update(SignInLink).values(expires_at=now() - timedelta(seconds=1)))
    assert browser.post(second).headers["location"] == ENDED


def test_another_site_cannot_follow_it(browser: TestClient, database: Database, anna: UUID) -> None:
    link = make(database, anna)
    assert browser.post(link, headers={"origin": "https://evil.example"}).status_code == 403
    assert browser.post(link).headers["location"] == "/account"


def test_nobody_makes_one_up(browser: TestClient, database: Database, anna: UUID) -> None:
    link = make(database, anna)
    with database.reading() as session:
        row = session.exec(select(SignInLink)).one()
    forged = [
        link.swapcase().replace(PATH.swapcase(), PATH),
        f"{PATH}/{row.id}",
        f"{PATH}/{row.id.hex}",
        f"{PATH}/x",
    ]
    for path in forged:
        assert browser.get(path).headers["location"] == browser.post(path).headers["location"] == ENDED


def test_a_suspended_person_stays_out(browser: TestClient, database: Database, anna: UUID) -> None:
    link = make(database, anna)
    with database.unscoped() as session:
        session.get_one(User, anna).suspended_at = now()
    assert "problem=suspended" in browser.post(link).headers["location"]
    with pytest.raises(Refused):
        make(database, anna)


def test_it_needs_a_reason_and_stands_in_the_audit_log(database: Database, anna: UUID) -> None:
    with pytest.raises(BadInput):
        make(database, anna, " ")
    with pytest.raises(NotFound):
        make(database, new_id())
    link = make(database, anna)
    with database.reading() as session:
        entry = session.exec(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.reason) == ("recovery_link", anna, "lost her phone")
    assert link.rpartition("/")[2] not in repr(entry)
