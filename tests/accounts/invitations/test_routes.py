"""The link of an invitation: what it sets, where it leads, and that nobody finds codes by trying."""

from collections.abc import Iterator

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from echoes.accounts.cookies import COOKIE, INVITATION
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.accounts.openid import login_attempts
from echoes.accounts.openid.login_attempts import LoginAttempt
from echoes.accounts.routes import routes
from echoes.database import Database
from echoes.models import Invitation, User
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from tests.support.servers.application import application

HERE = "http://localhost:3000"
CLOSED = "/join?next=%2Ffilms&problem="


@pytest.fixture
def browser(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with database.unscoped() as session:
        session.add(User(issuer="local", subject="olga", name="Olga"))
    use(monkeypatch, ECHOES_SIGN_UP="invited")
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        client.headers["origin"] = HERE
        yield client


@pytest.fixture
def code(database: Database) -> str:
    with database.unscoped() as session:
        return invitations.create(session, InvitationTerms(), None)[1]


def use(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    get_rate_limiter.cache_clear()


def uses(database: Database) -> int:
    with database.reading() as session:
        return session.exec(select(Invitation.uses)).one()


def test_the_link_leads_to_signing_in_and_uses_nothing_up(
    browser: TestClient, database: Database, code: str
) -> None:
    for _ in range(3):
        answer = browser.get(f"/join/{code}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.headers["cache-control"] == "no-store"
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert uses(database) == 0


def test_a_code_may_be_typed_too(browser: TestClient, code: str) -> None:
    answer = browser.post("/auth/invitation", data={"code": f" {code.upper()} "})
    assert answer.headers["location"] == "/sign-in"
    assert answer.cookies[INVITATION] == code.replace("-", "")


def test_who_signs_up_by_it_uses_it_up(browser: TestClient, database: Database, code: str) -> None:
    assert browser.post("/auth/local", data={"name": "Rosa"}).headers["location"] == f"{CLOSED}uninvited"
    browser.get(f"/join/{code}")
    joined = browser.post("/auth/local", data={"name": "Rosa"})
    assert joined.headers["location"] == "/films"
    assert joined.cookies[COOKIE]
    assert uses(database) == 1
    assert INVITATION not in browser.cookies
    assert browser.get(f"/join/{code}").headers["location"] == f"{CLOSED}invitation"
    browser.cookies.clear()
    assert browser.post("/auth/local", data={"name": "rosa"}).headers["location"] == "/films"


@pytest.mark.parametrize("wrong", ["x", "abcd-efgh-jkmn-pqrs", "%00", "a" * 300, "%0d%0aset-cookie:x", "é"])
def test_a_wrong_code_leads_to_a_page_that_says_so(browser: TestClient, wrong: str) -> None:
    answer = browser.get(f"/join/{wrong}")
    assert answer.headers["location"] == f"{CLOSED}invitation"
    assert INVITATION not in answer.cookies
    typed = browser.post("/auth/invitation", data={"code": wrong})
    assert typed.headers["location"] == f"{CLOSED}invitation"


def test_trying_out_codes_is_limited(browser: TestClient, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ECHOES_PASSWORDS_PER_MINUTE="3")
    for _ in range(3):
        browser.get("/join/abcd-efgh-jkmn-pqrs")
    for refused in (
        browser.get(f"/join/{code}"),
        browser.post("/auth/invitation", data={"code": code}),
        browser.post("/auth/join", data={"name": "Rosa"}),
    ):
        assert refused.status_code == 429
        assert "a lot of attempts" in refused.text


@pytest.mark.parametrize("path", ["/auth/invitation", "/auth/join"])
def test_another_site_cannot_post(browser: TestClient, path: str, code: str) -> None:
    answer = browser.post(
        path, data={"code": code, "name": "Rosa"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_name_alone_joins_only_where_there_is_nothing_else(
    browser: TestClient, database: Database, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.get(f"/join/{code}")
    assert browser.post("/auth/join", data={"name": "Rosa"}).headers["location"].endswith("problem=closed")
    use(monkeypatch, ECHOES_MODE="production", ECHOES_PAYMENTS="none", ECHOES_PUBLIC_URL="http://localhost:3000",
        ECHOES_SECRET_KEY="JwH0vkq2fD1bGm9sPzX5cT7yRn4eLa8u")  # fmt: skip
    for name, place in {" ": "/sign-in?next=%2Ffilms&problem=name", "Rosa": "/films"}.items():
        answer = browser.post("/auth/join", data={"name": name, "form": "form-1"})
        assert answer.headers["location"] == place
    assert uses(database) == 1


def test_an_attempt_keeps_the_code_it_began_with(data_dir: object) -> None:
    settings = get_settings()
    attempt = LoginAttempt("state", "nonce", "verifier", "/films", "abcdefghjkmnpqrs")
    kept = login_attempts._serializer(settings).dumps(attempt.kept())
    assert LoginAttempt(**login_attempts._serializer(settings).loads(kept)) == attempt
    plain = LoginAttempt("state", "nonce", "verifier", "/films")
    assert "invitation" not in plain.kept(), "a process of the release before reads it too"
