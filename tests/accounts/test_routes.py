"""The sign-in form: what it sets, where it leads, and from where it may come."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE, token_from
from echoes.accounts.redirects import safe_redirect
from echoes.accounts.routes import routes
from echoes.database import Database
from echoes.errors import NotSignedIn
from tests.support.servers.application import application

HERE = "http://localhost:3000"


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        client.headers["origin"] = HERE
        yield client


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(browser: TestClient) -> None:
    answer = browser.post("/auth/local", data={"name": "Rosa", "next": "/project/1/clips"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/project/1/clips")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert service.authenticate(answer.cookies[COOKIE])


def test_each_sign_in_is_a_new_session(browser: TestClient) -> None:
    tokens = {browser.post("/auth/local", data={"name": "Rosa"}).cookies[COOKIE] for _ in range(2)}
    assert len(tokens) == 2


def test_an_unusable_name_leads_back_with_the_way_kept(browser: TestClient) -> None:
    answer = browser.post("/auth/local", data={"name": " ", "next": "/films"})
    assert answer.headers["location"] == "/sign-in?next=%2Ffilms&problem=name"
    assert COOKIE not in answer.cookies


def test_signing_out_ends_the_session_on_the_server(browser: TestClient) -> None:
    token = browser.post("/auth/local", data={"name": "Rosa"}).cookies[COOKIE]
    assert browser.post("/auth/sign-out").headers["location"] == "/"
    with pytest.raises(NotSignedIn):
        service.authenticate(token)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000.evil.example"])
@pytest.mark.parametrize("path", ["/auth/local", "/auth/sign-out"])
def test_another_site_cannot_post(browser: TestClient, path: str, origin: str) -> None:
    answer = browser.post(path, data={"name": "Rosa"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert "another site" in answer.text


def test_a_name_that_was_made_to_lead_here_is_another_site(browser: TestClient) -> None:
    """DNS rebinding: origin and host agree, and are not ours."""
    lure = "evil.example:3000"
    answer = browser.post(
        "/auth/local", data={"name": "Rosa"}, headers={"origin": f"http://{lure}", "host": lure}
    )
    assert answer.status_code == 403
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("other", ['cart={"items": 1}', "not a cookie", "na[me]=1", "é=1", "empty="])
def test_cookies_of_other_programs_do_not_hide_ours(other: str) -> None:
    assert token_from(f"{other}; {COOKIE}=abc") == token_from(f"{COOKIE}=abc; {other}") == "abc"
    assert token_from(other) is None


def test_a_link_can_neither_sign_in_nor_out(browser: TestClient) -> None:
    assert browser.get("/auth/local").status_code == 405
    assert browser.get("/auth/sign-out").status_code == 405


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "javascript:alert(1)",
        "films", "", None, "/\t/evil.example", "/sign-in?next=/sign-in", "/..//evil.example",
        "/.//evil.example", "/films//evil.example", "/;//evil.example", "/\n/evil.example", "/\x00/evil",
        "/\u2028/evil.example", "/\udc80", "/%2f" + "a" * 1000, "/sign-in#problem", "HTTPS:/evil.example",
    ],
)  # fmt: skip
def test_the_way_back_never_leaves_echoes_nor_loops(target: str | None) -> None:
    assert safe_redirect(target) == "/films"


def test_the_way_back_keeps_path_and_query() -> None:
    assert safe_redirect("/project/7/film?take=2") == "/project/7/film?take=2"
