"""A viewer leaves a heart and a sentence, without an account and without a script."""

from datetime import timedelta
from uuid import UUID

import pytest
from html5lib import HTMLParser
from sqlmodel import select
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import Project, ShareLink, ShareReply, User, Video, now
from echoes.rate_limits.limiter import REPLIES, REPLIES_TO_ONE
from echoes.sharing import service
from echoes.sharing.replies import visitor
from tests.sharing.conftest import elsewhere, shape, sign_in

HEART = {"heart": "1"}
WORDS = {"words": "How lovely!", "name": "Grandma"}


def replies(database: Database) -> list[ShareReply]:
    with database.reading() as session:
        return list(session.exec(select(ShareReply).order_by(ShareReply.id)))  # type: ignore[arg-type]


def send(browser: TestClient, link: ShareLink, fields: dict[str, str], status: int = 303) -> str:
    """As the form on the page does, with the number that stands in it."""
    page = browser.get(f"/watch/{link.token}").text
    tree = HTMLParser(namespaceHTMLElements=False).parse(page)
    hidden = {tag.get("name"): tag.get("value") for tag in tree.iter("input") if tag.get("type") == "hidden"}
    answer = browser.post(f"/watch/{link.token}/reply", data=hidden | fields)
    assert answer.status_code == status, answer.text
    return str(answer.text)


def test_a_heart_and_a_sentence_reach_the_owner(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    send(browser, link, HEART)
    send(browser, link, WORDS)
    assert [(reply.words, reply.name, reply.owner_id) for reply in replies(database)] == [
        ("", "", link.owner_id),
        ("How lovely!", "Grandma", link.owner_id),
    ]
    page = browser.get(f"/watch/{link.token}").text
    assert "Your heart has been sent" in page
    assert "How lovely!" in page


def test_the_page_leads_back_to_where_the_words_are(browser: TestClient, link: ShareLink) -> None:
    answer = browser.post(f"/watch/{link.token}/reply", data=WORDS)
    assert answer.headers["location"] == f"/watch/{link.token}#reply"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert f"path=/watch/{link.token.lower()}" in cookie
    again = browser.get(f"/watch/{link.token}/reply")
    assert (again.status_code, again.headers["location"]) == (303, f"/watch/{link.token}")


def test_nothing_is_kept_in_a_browser_that_only_watches(browser: TestClient, link: ShareLink) -> None:
    browser.get(f"/watch/{link.token}")
    assert "echoes_reply" not in browser.cookies


def test_a_heart_given_twice_is_one(browser: TestClient, database: Database, link: ShareLink) -> None:
    """By two quick taps, before the cookie has come, and by a cookie afterwards."""
    page = browser.get(f"/watch/{link.token}").text
    number = page.partition('name="browser" value="')[2].partition('"')[0]
    for _ in range(2):
        browser.cookies.clear()
        browser.post(f"/watch/{link.token}/reply", data=HEART | {"browser": number})
    send(browser, link, HEART)
    assert len(replies(database)) == 1


def test_the_same_sentence_sent_twice_is_one(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    for _ in range(2):
        send(browser, link, WORDS)
    assert len(replies(database)) == 1


def test_two_browsers_are_two(browser: TestClient, database: Database, link: ShareLink) -> None:
    send(browser, link, HEART)
    browser.cookies.clear()
    send(browser, link, HEART)
    assert len(replies(database)) == 2


def test_what_is_kept_says_nothing_of_the_browser(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    send(browser, link, WORDS)
    (reply,) = replies(database)
    assert browser.cookies["echoes_reply"] not in str(reply.model_dump())
    assert "testclient" not in str(reply.model_dump())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": ""}, "write a few words"),
        ({"words": " \n\u200b\x00 "}, "write a few words"),
        ({}, "write a few words"),
        ({"words": "a" * (visitor.LONGEST_WORDS + 1)}, "up to 300 characters"),
        ({"words": "Lovely", "name": "b" * 61}, "up to 60 characters"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_a_reason(
    browser: TestClient, database: Database, link: ShareLink, fields: dict[str, str], sentence: str
) -> None:
    page = send(browser, link, fields, 422)
    assert sentence in page
    assert fields.get("words", "").strip("\x00\u200b \n") in page
    assert replies(database) == []


def test_words_are_text_and_nothing_else(browser: TestClient, database: Database, link: ShareLink) -> None:
    send(browser, link, {"words": "<script>alert(1)</script>\r\n\r\n\x07שלום", "name": "<b>Tom</b>"})
    (reply,) = replies(database)
    assert (reply.words, reply.name) == ("<script>alert(1)</script>\nשלום", "<b>Tom</b>")
    assert "<script>alert" not in browser.get(f"/watch/{link.token}").text


def test_a_browser_sends_so_many_and_no_more(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    send(browser, link, HEART)
    for number in range(visitor.MOST_OF_A_BROWSER):
        send(browser, link, {"words": f"Lovely {number}"})
    assert "already sent several replies" in send(browser, link, {"words": "One more"}, 403)
    send(browser, link, HEART)
    assert len(replies(database)) == visitor.MOST_OF_A_BROWSER + 1


def test_an_address_sends_so_many_an_hour(browser: TestClient, database: Database, link: ShareLink) -> None:
    with elsewhere("203.0.113.9") as loud:
        for number in range(REPLIES):
            loud.cookies.clear()
            send(loud, link, {"words": f"Spam {number}"})
        loud.cookies.clear()
        page = send(loud, link, {"words": "Spam that is too much"}, 429)
    assert "That is a lot of replies" in page
    assert "Spam that is too much" in page, "what was typed is lost"
    send(browser, link, WORDS)
    assert len(replies(database)) == REPLIES + 1


def test_a_film_gets_so_many_an_hour(browser: TestClient, database: Database, link: ShareLink) -> None:
    for number in range(REPLIES_TO_ONE):
        with elsewhere(f"198.51.100.{number}") as somebody:
            answer = somebody.post(f"/watch/{link.token}/reply", data={"words": f"Spam {number}"})
            assert answer.status_code == 303
    assert "a lot of replies right now" in send(browser, link, WORDS, 429)


class TestLinkAccess:
    def test_is_shut_where_the_owner_wants_no_replies(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, can_reply=False)
        assert 'id="reply"' not in browser.get(f"/watch/{link.token}").text
        answer = browser.post(f"/watch/{link.token}/reply", data=WORDS)
        assert answer.status_code == 403
        assert replies(database) == []

    @pytest.mark.parametrize(
        "wishes",
        [{"password": "Rosa 1987"}, {"opens_at": now() + timedelta(days=3)}],
        ids=["locked", "early"],
    )
    def test_is_shut_before_the_film_can_be_seen(
        self, browser: TestClient, database: Database, link: ShareLink, wishes: dict[str, object]
    ) -> None:
        shape(database, link, **wishes)
        assert browser.post(f"/watch/{link.token}/reply", data=WORDS).status_code == 303
        assert replies(database) == []

    def test_opens_with_the_password_alone(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa"})
        browser.post(f"/watch/{link.token}/reply", data=WORDS)
        assert replies(database) == []
        browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        send(browser, link, WORDS)
        assert len(replies(database)) == 1

    @pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
    def test_is_shut_when_the_link_is_over(
        self, browser: TestClient, database: Database, link: ShareLink, column: str
    ) -> None:
        with database.unscoped() as session:
            setattr(session.get_one(ShareLink, link.id), column, now() - timedelta(seconds=1))
        browser.post(f"/watch/{link.token}/reply", data=WORDS)
        assert replies(database) == []

    def test_is_shut_when_the_owner_has_left(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        with database.unscoped() as session:
            session.get_one(User, anna).suspended_at = now()
        browser.post(f"/watch/{link.token}/reply", data=WORDS)
        assert replies(database) == []

    def test_is_shut_to_other_sites(self, browser: TestClient, database: Database, link: ShareLink) -> None:
        for origin in ("https://elsewhere.example", "null"):
            headers = {"origin": origin}
            answer = browser.post(f"/watch/{link.token}/reply", data=WORDS, headers=headers)
            assert answer.status_code == 403
        assert replies(database) == []

    def test_is_shut_to_the_owner(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        sign_in(browser, database, anna)
        assert "<textarea" not in browser.get(f"/watch/{link.token}").text
        assert browser.post(f"/watch/{link.token}/reply", data=WORDS).status_code == 403
        assert replies(database) == []

    def test_does_not_exist_without_a_link(self, browser: TestClient, database: Database) -> None:
        assert browser.post("/watch/nobody-ever-made-this/reply", data=WORDS).status_code == 404
        assert replies(database) == []


def test_a_reply_is_told_to_open_tabs(
    browser: TestClient, database: Database, anna: UUID, video: Video, link: ShareLink
) -> None:
    def seen() -> tuple[int, int, object]:
        with database.reading() as session:
            project = session.get_one(Project, video.project_id)
            return project.revision, session.get_one(User, anna).revision, project.updated_at

    browser.get(f"/watch/{link.token}")  # The first visit earns a reward, which is told too.
    before = seen()
    send(browser, link, WORDS)
    after = seen()
    assert (after[0], after[1]) == (before[0] + 1, before[1] + 1)
    assert after[2] == before[2], "a reply is no work on the film"


def test_replies_of_another_link_are_not_shown(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    send(browser, link, WORDS)
    cookie = browser.cookies["echoes_reply"]
    with database.acting_as(anna) as session:
        service.revoke(session, link.id)
        other = service.share(session, link.video_id)
    page = browser.get(f"/watch/{other.token}", headers={"cookie": f"echoes_reply={cookie}"}).text
    assert "How lovely!" not in page


@pytest.mark.parametrize("given", ["", "short", "x" * 500, "<script>", "a b", "\u00e9" * 30])
def test_what_a_browser_calls_itself_is_only_compared(
    browser: TestClient, database: Database, link: ShareLink, given: str
) -> None:
    browser.post(f"/watch/{link.token}/reply", data=WORDS | {"browser": given})
    assert len(replies(database)) == 1
    assert browser.cookies["echoes_reply"] != given


@pytest.mark.parametrize(
    "body",
    [b"words=" + b"a" * 20_000, b"&".join([b"words=a"] * 50), b"words=\xff\xfe", b"\x00" * 100],
    ids=["huge", "many fields", "no text", "garbage"],
)
def test_what_no_form_of_ours_sends_is_refused(
    browser: TestClient, database: Database, link: ShareLink, body: bytes
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for path in ("reply", "unlock"):
        shape(database, link, password="Rosa 1987" if path == "unlock" else "")
        answer = browser.post(f"/watch/{link.token}/{path}", content=body, headers=headers)
        assert answer.status_code in (403, 422)
    assert replies(database) == []
