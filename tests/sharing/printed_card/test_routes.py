"""The printed card is its owner's to download: nobody's, no stranger's, and no viewer's with the link."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import ShareLink, now
from echoes.rate_limits.limiter import PRINTED_CARDS
from echoes.sharing.printed_card.routes import card_address, routes
from tests.sharing.conftest import HERE, shape, sign_in
from tests.support.servers.application import application


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("kind", ["a6", "a4"])
def test_its_owner_downloads_it(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink, kind: str
) -> None:
    shape(database, link, title="Für Mama", sender="Anna", note="Fifty years.")
    sign_in(browser, database, anna)
    answer = browser.get(card_address(link, kind))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert f"%20{kind.upper()}.pdf" in answer.headers["content-disposition"]
    assert "F%C3%BCr%20Mama" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF-")


def test_nobody_else_does(
    browser: TestClient, database: Database, anna: UUID, stranger: UUID, link: ShareLink
) -> None:
    assert browser.get(card_address(link, "a6")).status_code == 401
    sign_in(browser, database, stranger)
    assert browser.get(card_address(link, "a6")).status_code == 404


@pytest.mark.parametrize("link_id", ["no-id", "01938000-0000-7000-8000-00000000dead", "%00", "x" * 4000])
def test_what_is_no_link_has_none(browser: TestClient, database: Database, anna: UUID, link_id: str) -> None:
    sign_in(browser, database, anna)
    assert browser.get(f"/share/{link_id}/card-a6.pdf").status_code == 404


def test_a_card_that_would_lead_nowhere_is_not_made(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.get_one(ShareLink, link.id).revoked_at = now()
    sign_in(browser, database, anna)
    assert browser.get(card_address(link, "a6")).status_code == 404


def test_one_person_makes_so_many_in_a_minute(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    sign_in(browser, database, anna)
    for _ in range(PRINTED_CARDS):
        assert browser.get("/share/no-id/card-a4.pdf").status_code == 404
    assert browser.get(card_address(link, "a4")).status_code == 429
