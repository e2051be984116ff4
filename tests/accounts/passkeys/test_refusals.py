"""What passkey routes refuse: garbage, other sites, guesses, and who must be invited."""

from typing import Any

import pytest

from echoes.accounts.invitations.service import InvitationTerms, create
from echoes.database import Database
from echoes.errors import EchoesError
from echoes.models import User
from tests.accounts.passkeys.conftest import HERE, PASSKEY, Browser, NewBrowser, code_of
from tests.support.databases.fresh import forget

GARBAGE = (
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b"[" * 50_000, b'{"response": 7}', b'{"response": {}}',
    b'{"response": {"clientDataJSON": 7}}', b'{"response": {"clientDataJSON": "bm8"}}', b"x" * 70_000,
    b'{"response": {"clientDataJSON": "e30"}}',
)  # fmt: skip
SENSELESS: tuple[Any, ...] = (None, 7, "", "AAAA", "\u00e9", [], {}, "A" * 3000)
PATHS = [f"{way}{end}" for way in ("sign-in", "sign-up", "add") for end in ("/options", "")]


@pytest.mark.parametrize("way", ["sign-in", "sign-up"])
def test_garbage_is_answered_with_a_sentence(browser: Browser, way: str) -> None:
    for body in GARBAGE:
        answer = browser.client.post(f"{PASSKEY}/{way}", content=body)
        assert answer.status_code in (403, 422), body[:40]
        assert "please" in answer.json()["error"].casefold()


@pytest.mark.parametrize("way", ["sign-in", "sign-up"])
def test_a_broken_answer_is_refused(browser: Browser, way: str) -> None:
    browser.sign_up()
    make = browser.authenticator.get if way == "sign-in" else browser.authenticator.create
    parts = {"sign-in": ("authenticatorData", "signature", "userHandle"), "sign-up": ("attestationObject",)}
    for value in SENSELESS:
        for field in ("id", "rawId", "type", "response"):
            answer = browser.finish(way, make(browser.begin(way, name="Ada")) | {field: value})
            assert code_of(answer)[0] == 403, (field, value)
        for field in parts[way]:
            made = make(browser.begin(way, name="Ada"))
            made["response"][field] = value
            assert code_of(browser.finish(way, made))[0] == 403, (field, value)


def test_another_site_may_ask_nothing(browser: Browser) -> None:
    del browser.client.headers["origin"]
    for path in PATHS:
        for origin in ("https://evil.example", "null", "http://localhost:3000.evil.example", ""):
            headers = {"origin": origin} if origin else {}
            answer = browser.client.post(f"{PASSKEY}/{path}", json={}, headers=headers)
            assert code_of(answer) == (403, "cross_site")


def test_switched_off_there_is_nothing(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_SIGN_IN", "openid")
    forget()
    for path in PATHS:
        assert code_of(browser.client.post(f"{PASSKEY}/{path}", json={"name": "Rosa"})) == (404, "not_found")


def test_guessing_is_slowed_down(new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_SIGN_INS_PER_MINUTE", "3")
    forget()
    browser = new_browser()
    answers = [browser.client.post(f"{PASSKEY}/sign-in", json={}).status_code for _ in range(5)]
    assert answers[3:] == [429, 429]


def test_who_only_opens_the_sign_in_page_uses_up_nobodys_attempts(
    new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks for options by itself, for the browser's suggestions."""
    monkeypatch.setenv("ECHOES_SIGN_INS_PER_MINUTE", "3")
    forget()
    browser = new_browser()
    opened = [browser.client.post(f"{PASSKEY}/sign-in/options", json={}).status_code for _ in range(4)]
    assert opened == [200, 200, 200, 429]
    assert browser.client.post(f"{PASSKEY}/sign-in", json={}).status_code != 429


def test_every_refusal_is_a_sentence_for_people() -> None:
    from echoes.accounts.passkeys import refusals

    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type)]
    ours = [kind for kind in kinds if issubclass(kind, EchoesError) and kind.__module__ == refusals.__name__]
    said = {kind().sentence for kind in ours}  # type: ignore[call-arg]
    assert len(said) == 5
    assert HERE not in "".join(said)


def test_who_must_be_invited_is_told_before_a_passkey_is_made(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SIGN_UP", "invited")
    forget()
    browser.sign_up("The first person here")
    browser.sign_out()
    answer = browser.client.post(f"{PASSKEY}/sign-up/options", json={"name": "Rosa"})
    assert code_of(answer) == (403, "sign_in_failed")
    assert "invitation" in answer.json()["error"]


def test_an_invitation_lets_somebody_in_by_passkey_once(
    browser: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SIGN_UP", "invited")
    forget()
    browser.sign_up("The first person here")
    with database.unscoped() as session:
        _, code = create(session, InvitationTerms(credits=7), browser.user_id)
    browser.sign_out()
    assert browser.client.get(f"/join/{code}").headers["location"] == "/sign-in"
    assert browser.sign_up("Rosa").status_code == 200
    with database.reading() as session:
        rosa = session.get_one(User, browser.user_id)
    assert (rosa.name, rosa.invitation_id is not None, rosa.balance >= 7) == ("Rosa", True, True)
    browser.sign_out()
    assert browser.client.get(f"/join/{code}").headers["location"].endswith("problem=invitation")
