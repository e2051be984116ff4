"""Links that are not open: a gift before its day, a film with a password, and both in a frame elsewhere."""

from datetime import timedelta
from uuid import UUID

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import ShareLink, now
from echoes.rate_limits import limiter
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.sharing import service
from tests.sharing.conftest import HERE, OF_A_FILM, elsewhere, meta, shape, sign_in

pytestmark = pytest.mark.slow

PASSWORD = "Rosa 1987"


class TestAGift:
    def test_says_when_it_opens_and_hides_the_film(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, title="For Mum", note="Surprise", opens_at=now() + timedelta(days=3))
        answer = browser.get(f"/watch/{link.token}")
        assert answer.status_code == 200
        assert f"{now() + timedelta(days=3):%-d %B %Y}" in answer.text
        assert "Surprise" not in answer.text
        assert "og:video" not in meta(answer.text)
        for path in OF_A_FILM:
            assert browser.get(f"/watch/{link.token}{path}").status_code == 404

    def test_opens_by_itself(self, browser: TestClient, database: Database, link: ShareLink) -> None:
        with database.unscoped() as session:
            session.get_one(ShareLink, link.id).opens_at = now() - timedelta(seconds=1)
        assert "<video" in browser.get(f"/watch/{link.token}").text

    def test_is_open_to_its_owner_before(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        shape(database, link, opens_at=now() + timedelta(days=3))
        sign_in(browser, database, anna)
        assert "Others can see this from" in browser.get(f"/watch/{link.token}").text
        with database.unscoped() as session:
            session.get_one(ShareLink, link.id).opens_at = now() - timedelta(seconds=1)
        assert "as others see it" in browser.get(f"/watch/{link.token}").text

    def test_with_a_password_says_when_and_no_more(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        day = now() + timedelta(days=3)
        shape(database, link, title="Secret wedding", sender="Anna", password="Rosa 1987", opens_at=day)
        for page in ("watch", "embed"):
            text = browser.get(f"/{page}/{link.token}").text
            meta(text)
            assert f"{day:%-d %B %Y}" in text
            assert "Secret wedding" not in text
            assert "Anna" not in text


class TestAPassword:
    def test_hides_the_film_until_it_is_known(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, title="Secret wedding", password="Rosa 1987")
        closed = browser.get(f"/watch/{link.token}")
        assert closed.status_code == 200
        assert meta(closed.text)["og:title"] == "A film is waiting for you"
        assert "Secret wedding" not in closed.text
        assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 404
        assert "password" in browser.get(f"/embed/{link.token}").text

        wrong = browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa"})
        assert wrong.status_code == 403
        assert "That is not the password" in wrong.text
        meta(wrong.text)

        right = browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        assert right.headers["location"] == f"/watch/{link.token}"
        assert "httponly" in right.headers["set-cookie"].lower()
        assert "Secret wedding" in browser.get(f"/watch/{link.token}").text
        assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 307

    def test_that_is_changed_locks_the_film_again(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        shape(database, link, password="Tom 1990")
        assert "It has a password" in browser.get(f"/watch/{link.token}").text

    def test_of_one_film_opens_no_other(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        proof = next(cookie.value for cookie in browser.cookies.jar)
        with database.acting_as(anna) as session:
            service.revoke(session, link.id)
            other = service.share(session, link.video_id)
        shape(database, other, password="Rosa 1987")
        browser.cookies.set("echoes_watch", str(proof))
        assert "It has a password" in browser.get(f"/watch/{other.token}").text

    def test_leads_back_to_the_film_when_its_address_is_opened_again(
        self, browser: TestClient, link: ShareLink
    ) -> None:
        answer = browser.get(f"/watch/{link.token}/unlock")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/watch/{link.token}")

    def test_is_not_taken_from_another_site(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        answer = browser.post(
            f"/watch/{link.token}/unlock",
            data={"password": "Rosa 1987"},
            headers={"origin": "https://elsewhere.example"},
        )
        assert answer.status_code == 403


class TestGuessing:
    """At one film's password, from one address and from many."""

    MOST_OF_ONE, MOST = 2, 5

    @pytest.fixture(autouse=True)
    def locked(self, database: Database, link: ShareLink, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limiter, "WRONG_PASSWORDS", self.MOST_OF_ONE)
        monkeypatch.setattr(limiter, "WRONG_PASSWORDS_TO_ONE", self.MOST)
        get_rate_limiter.cache_clear()
        shape(database, link, password=PASSWORD)

    def test_from_many_addresses_ends_and_the_right_answer_tells_nothing(self, link: ShareLink) -> None:
        for number in range(self.MOST):
            assert tried(link, "wrong", f"198.51.100.{number}").status_code == 403
        refused = tried(link, PASSWORD, "203.0.113.9")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "set-cookie" not in refused.headers
        assert "A lot of wrong passwords were tried for this film. Please try again in" in refused.text
        meta(refused.text)

    def test_from_one_address_ends_sooner_and_locks_nobody_else_out(self, link: ShareLink) -> None:
        tries = [tried(link, "wrong", "198.51.100.1").status_code for _ in range(self.MOST + 1)]
        assert tries == [403] * self.MOST_OF_ONE + [429] * (self.MOST + 1 - self.MOST_OF_ONE)
        assert "That is a lot of wrong passwords" in tried(link, PASSWORD, "198.51.100.1").text
        assert tried(link, PASSWORD, "203.0.113.9").status_code == 303

    def test_does_not_count_whoever_knows_it(self, link: ShareLink) -> None:
        """However many there are of them: a school's address, or a film that everybody was sent."""
        assert {tried(link, PASSWORD, "198.51.100.1").status_code for _ in range(self.MOST + 1)} == {303}
        assert tried(link, "wrong", "198.51.100.1").status_code == 403

    def test_keeps_neither_the_owner_out_nor_who_has_the_film_open(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        with elsewhere("203.0.113.9") as viewer:
            viewer.post(f"/watch/{link.token}/unlock", data={"password": PASSWORD})
            for number in range(self.MOST):
                tried(link, "wrong", f"198.51.100.{number}")
            assert "<video" in viewer.get(f"/watch/{link.token}").text
        sign_in(browser, database, anna)
        assert "<video" in browser.get(f"/watch/{link.token}").text
        sent = browser.post(f"/watch/{link.token}/unlock", data={"password": "wrong"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"/watch/{link.token}")

    def test_at_one_link_leaves_another_open(self, database: Database, anna: UUID, link: ShareLink) -> None:
        for number in range(self.MOST):
            tried(link, "wrong", f"198.51.100.{number}")
        with database.acting_as(anna) as session:
            service.revoke(session, link.id)
            other = service.share(session, link.video_id)
        shape(database, other, password=PASSWORD)
        assert tried(other, PASSWORD, "198.51.100.1").status_code == 303


def tried(link: ShareLink, password: str, address: str) -> Response:
    with elsewhere(address) as browser:
        answer: Response = browser.post(f"/watch/{link.token}/unlock", data={"password": password})
        return answer


def test_a_closed_film_in_another_page_leads_out_of_its_frame(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    """Within a frame no form works, and none of our other pages opens."""

    def framed(token: str) -> str:
        text: str = browser.get(f"/embed/{token}").text
        meta(text)
        assert "<form" not in text
        assert 'href="/' not in text.replace('href="/styles/', "")
        return text

    shape(database, link, password="Rosa 1987")
    assert f'href="{HERE}/watch/{link.token}" target="_blank"' in framed(link.token)
    shape(database, link, password="", opens_at=now() + timedelta(days=3))
    assert "This film opens on" in framed(link.token)
    with database.acting_as(anna) as session:
        service.revoke(session, link.id)
    assert "no longer shared" in framed(link.token)
    assert "There is no film here" in framed("never-made")
