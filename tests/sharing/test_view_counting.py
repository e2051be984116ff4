"""Views: each visitor once a day, no preview, never the owner; the first one earns the reward, once."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from echoes.accounts import networks
from echoes.accounts.cookies import BROWSER
from echoes.database import Database
from echoes.models import CreditEntry, EntryKind, ShareLink, ShareView, now
from echoes.sharing import view_counting
from tests.sharing.conftest import PERSON, SAFARI, elsewhere, shape, sign_in

ELSEWHERE = "203.0.113.7"


def views(database: Database, link: ShareLink) -> int:
    with database.reading() as session:
        return session.get_one(ShareLink, link.id).views


def rewards(database: Database) -> int:
    with database.reading() as session:
        return sum(
            entry.amount for entry in session.exec(select(CreditEntry)) if entry.kind == EntryKind.SHARE
        )


def test_a_visitor_counts_once_a_day(browser: TestClient, database: Database, link: ShareLink) -> None:
    for _ in range(3):
        browser.get(f"/watch/{link.token}")
    assert views(database, link) == 1
    browser.get(f"/watch/{link.token}", headers={"user-agent": SAFARI.replace("18", "17")})
    assert views(database, link) == 2


def test_the_first_visit_earns_one_reward(browser: TestClient, database: Database, link: ShareLink) -> None:
    for number in range(3):
        browser.get(f"/watch/{link.token}", headers={"user-agent": f"{SAFARI} {number}"})
    assert (views(database, link), rewards(database)) == (3, 1)


def test_one_address_counts_no_more_than_a_household(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    """Whatever its browsers call themselves; another address counts on its own."""
    for number in range(100):
        browser.get(f"/watch/{link.token}", headers={"user-agent": f"{SAFARI} {number}"})
    assert views(database, link) == view_counting.MOST_OF_A_NETWORK
    with elsewhere(ELSEWHERE) as friend:
        friend.get(f"/watch/{link.token}")
    assert views(database, link) == view_counting.MOST_OF_A_NETWORK + 1


def test_neighbours_in_one_ipv6_network_are_one_address(database: Database, link: ShareLink) -> None:
    for number in range(1, 10):
        with elsewhere(f"2001:db8:1:2::{number}") as visitor:
            visitor.get(f"/watch/{link.token}", headers={"user-agent": f"{SAFARI} {number}"})
    assert views(database, link) == view_counting.MOST_OF_A_NETWORK


def test_the_next_day_counts_again(
    browser: TestClient, database: Database, link: ShareLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.get(f"/watch/{link.token}")
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(view_counting, "now", lambda: tomorrow)
    browser.get(f"/watch/{link.token}")
    assert views(database, link) == 2


def test_the_owner_earns_nothing_from_where_they_use_echoes(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    """As a stranger, in a private window: seen, but not paid for."""
    sign_in(browser, database, anna)
    browser.get(f"/watch/{link.token}")
    browser.cookies.clear()
    browser.get(f"/watch/{link.token}")
    assert (views(database, link), rewards(database)) == (1, 0)
    with elsewhere(ELSEWHERE) as friend:
        friend.get(f"/watch/{link.token}")
    assert (views(database, link), rewards(database)) == (2, 1)


def test_the_owner_earns_nothing_by_a_browser_in_which_they_signed_in(
    database: Database, anna: UUID, link: ShareLink
) -> None:
    with elsewhere(ELSEWHERE) as theirs:
        theirs.cookies.set(BROWSER, networks.marked({}, anna))
        theirs.get(f"/watch/{link.token}")
    assert (views(database, link), rewards(database)) == (1, 0)


@pytest.mark.parametrize("mark", ["", "...", "x" * 5000, "\u00e9.\u00e8", "0" * 16])
def test_what_a_browser_says_of_itself_is_only_compared(
    browser: TestClient, database: Database, link: ShareLink, mark: str
) -> None:
    cookie = f"{BROWSER}={mark}".encode()
    assert browser.get(f"/watch/{link.token}", headers=[(b"cookie", cookie)]).status_code == 200
    assert rewards(database) == 1


def test_a_film_in_a_frame_counts_and_earns_nothing(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    """Who owns it is a stranger there, for the browser keeps its cookie back."""
    browser.get(f"/embed/{link.token}")
    assert (views(database, link), rewards(database)) == (1, 0)
    browser.get(f"/watch/{link.token}")
    assert (views(database, link), rewards(database)) == (1, 1)


def test_the_owner_does_not_count(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    sign_in(browser, database, anna)
    browser.get(f"/watch/{link.token}")
    assert (views(database, link), rewards(database)) == (0, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "WhatsApp/2.23.20.0 A",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
        "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
        "SkypeUriPreview Preview/0.5",
        "Signal-Android/7.0",
        "curl/8.4.0",
        "",
    ],
)
def test_the_preview_of_a_messenger_does_not_count(
    browser: TestClient, database: Database, link: ShareLink, agent: str
) -> None:
    assert browser.get(f"/watch/{link.token}", headers={"user-agent": agent}).status_code == 200
    assert (views(database, link), rewards(database)) == (0, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/120.0.0.0 Mobile Safari/537.36",
        SAFARI.replace("Safari/604.1", "Snapchat/13.0.0.40 (like Safari/8620.1.16)"),
        SAFARI.replace("Safari/604.1", "[Pinterest/iOS]"),
        SAFARI.replace("Safari/604.1", "[FBAN/FBIOS;FBAV/480.0.0.37]"),
        f"{SAFARI} Viber/21.0",
    ],
)
def test_somebody_who_looks_through_an_app_counts(agent: str) -> None:
    assert view_counting.is_person(PERSON | {"user-agent": agent})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "preview"},
        {"sec-fetch-mode": "no-cors"},
    ],
)
def test_looking_ahead_does_not_count(headers: dict[str, str]) -> None:
    assert view_counting.is_person(PERSON)
    assert not view_counting.is_person(PERSON | headers)


def test_asking_only_whether_the_page_is_there_does_not_count(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    assert browser.head(f"/watch/{link.token}").status_code == 200
    assert (views(database, link), rewards(database)) == (0, 0)


def test_an_old_browser_counts_too() -> None:
    assert view_counting.is_person({"user-agent": SAFARI, "accept-language": "de"})


def test_a_closed_link_does_not_count(browser: TestClient, database: Database, link: ShareLink) -> None:
    shape(database, link, opens_at=now() + timedelta(days=1))
    browser.get(f"/watch/{link.token}")
    assert views(database, link) == 0


def test_what_is_kept_says_nothing_of_the_visitor(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    browser.get(f"/watch/{link.token}")
    with database.reading() as session:
        (view,) = session.exec(select(ShareView)).all()
    assert "testclient" not in str(view.model_dump())
    assert len(view.visitor) == 10


def test_visits_are_forgotten_and_their_number_stays(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    browser.get(f"/watch/{link.token}")
    with database.unscoped() as session:
        for view in session.exec(select(ShareView)):
            view.created_at = now() - timedelta(days=3)
    with database.unscoped() as session:
        view_counting.forget_visits(session)
    with database.reading() as session:
        assert session.exec(select(ShareView)).all() == []
    assert views(database, link) == 1
