"""WebAuthn ceremonies with an authenticator that can lie: what lets people in, and what does not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from echoes.database import Database, get_database
from echoes.models import Passkey, PasskeyChallenge, User, now
from tests.accounts.passkeys.conftest import PASSKEY, Browser, NewBrowser, code_of, passkeys
from tests.support.sign_in.authenticator import BACKUP_ELIGIBLE, USER_PRESENT, USER_VERIFIED

REFUSED = (403, "passkey_refused")


def test_somebody_new_signs_up_and_in_again(browser: Browser) -> None:
    assert browser.sign_up().status_code == 200
    rosa = browser.user_id
    browser.sign_out()
    assert browser.sign_in().status_code == 200
    assert browser.user_id == rosa


def test_signing_up_makes_a_person_of_that_name_with_one_passkey(browser: Browser) -> None:
    browser.sign_up("  Rosa   Parks ")
    with get_database().reading() as session:
        user = session.get_one(User, browser.user_id)
    assert (user.name, user.issuer, user.email) == ("Rosa Parks", "passkey", None)
    (passkey,) = passkeys(get_database(), user.id)
    assert (passkey.transports, passkey.is_backed_up) == ("hybrid internal", True)


def test_the_session_cookie_is_out_of_reach_of_scripts(browser: Browser) -> None:
    cookies = [line.lower() for line in browser.sign_up().headers.get_list("set-cookie")]
    session = next(line for line in cookies if line.startswith("echoes_session="))
    assert "httponly" in session
    assert "samesite=lax" in session


def test_options_ask_for_a_discoverable_credential_and_say_nothing_of_anybody(browser: Browser) -> None:
    browser.sign_up()
    made, asked = browser.begin("sign-up", name="Ada"), browser.begin("sign-in")
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == asked["userVerification"] == "preferred"
    assert made["rp"]["id"] == asked["rpId"] == "localhost"
    assert not asked.get("allowCredentials")


def test_signing_up_needs_a_name(browser: Browser) -> None:
    names: tuple[Any, ...] = ("", " ", "x" * 61, "a\x00b", None, 7, ["Rosa"])
    for name in names:
        answer = browser.client.post(f"{PASSKEY}/sign-up/options", json={"name": name})
        assert code_of(answer) == (422, "bad_input")


@pytest.mark.parametrize(
    "lies",
    [
        {"rp_id": "evil.example"},
        {"signature": b"0" * 70},
        {"signature": b""},
        {"type": "webauthn.create"},
        {"flags": 0},
        {"flags": USER_VERIFIED},
        {"handle": b"0" * 16},
        {"handle": b""},
    ],
    ids=str,
)
def test_an_answer_that_does_not_hold_signs_nobody_in(browser: Browser, lies: dict[str, Any]) -> None:
    browser.sign_up()
    browser.sign_out()
    assert code_of(browser.sign_in(**lies)) == REFUSED
    assert browser.token is None


@pytest.mark.parametrize("way", ["sign-in", "sign-up", "add"])
def test_an_answer_given_to_another_site_is_refused(browser: Browser, way: str) -> None:
    browser.sign_up()
    make = browser.authenticator.get if way == "sign-in" else browser.authenticator.create
    for lies in ({"origin": "https://evil.example"}, {"origin": "null"}, {"cross_origin": True}):
        answer = browser.finish(way, make(browser.begin(way, name="Ada"), **lies))
        assert code_of(answer) == (403, "passkey_other_site")


def test_who_was_not_asked_who_they_are_is_let_in_all_the_same(browser: Browser) -> None:
    """User verification is preferred, not demanded: old keys have neither a finger nor a PIN."""
    browser.authenticator.flags = USER_PRESENT
    browser.sign_up()
    browser.sign_out()
    assert browser.sign_in().status_code == 200


@pytest.mark.parametrize(
    "lies", [{"rp_id": "evil.example"}, {"type": "webauthn.get"}, {"flags": 0x40}], ids=str
)
def test_a_passkey_that_does_not_hold_makes_nobody(browser: Browser, lies: dict[str, Any]) -> None:
    made = browser.authenticator.create(browser.begin("sign-up", name="Rosa"), **lies)
    assert code_of(browser.finish("sign-up", made)) == REFUSED
    with get_database().reading() as session:
        assert session.exec(select(User)).all() == []


@pytest.mark.parametrize("way", ["sign-up", "add"])
def test_a_credential_id_is_no_longer_than_the_standard_allows(browser: Browser, way: str) -> None:
    """WebAuthn 7.1; a longer one does not fit into an index of PostgreSQL."""
    browser.sign_up()
    for length, answer in ((1023, (200, "")), (1024, REFUSED)):
        made = browser.authenticator.create(browser.begin(way, name="Ada"), credential_id=bytes(length))
        assert code_of(browser.finish(way, made)) == answer


@pytest.mark.parametrize("way", ["sign-in", "sign-up", "add"])
def test_a_challenge_is_answered_once(browser: Browser, way: str) -> None:
    browser.sign_up()
    make = browser.authenticator.get if way == "sign-in" else browser.authenticator.create
    answer = make(browser.begin(way, name="Ada"))
    assert browser.finish(way, answer).status_code == 200
    assert code_of(browser.finish(way, answer)) == (403, "passkey_expired")


def test_a_wrong_answer_uses_its_challenge_up(browser: Browser) -> None:
    browser.sign_up()
    asked = browser.begin("sign-in")
    browser.finish("sign-in", browser.authenticator.get(asked, signature=b"0"))
    assert code_of(browser.finish("sign-in", browser.authenticator.get(asked))) == (403, "passkey_expired")


@pytest.mark.parametrize("way", ["sign-in", "sign-up", "add"])
def test_a_challenge_ends_after_five_minutes(browser: Browser, database: Database, way: str) -> None:
    browser.sign_up()
    make = browser.authenticator.get if way == "sign-in" else browser.authenticator.create
    answer = make(browser.begin(way, name="Ada"))
    with database.unscoped() as session:
        session.exec(update(PasskeyChallenge).values(expires_at=now() - timedelta(seconds=1)))
    assert code_of(browser.finish(way, answer)) == (403, "passkey_expired")
    browser.begin("sign-in")
    with database.reading() as session:
        assert len(session.exec(select(PasskeyChallenge)).all()) == 1, "what nobody answered goes"


def test_a_challenge_of_our_own_is_needed(browser: Browser) -> None:
    browser.sign_up()
    assert code_of(browser.sign_in(challenge="AAAA")) == (403, "passkey_expired")


def test_a_challenge_of_one_kind_is_worth_nothing_for_another(browser: Browser) -> None:
    browser.sign_up()
    made = browser.authenticator.create(browser.begin("sign-up", name="Ada"))
    assert code_of(browser.finish("add", made)) == (403, "passkey_expired")


def test_a_challenge_is_for_the_browser_that_asked(browser: Browser, new_browser: NewBrowser) -> None:
    browser.sign_up()
    answer = browser.authenticator.get(browser.begin("sign-in"))
    other = new_browser()
    other.begin("sign-in")
    assert code_of(other.finish("sign-in", answer)) == (403, "passkey_expired")


def test_two_tabs_of_one_browser_do_not_disturb_each_other(browser: Browser) -> None:
    browser.sign_up()
    first, second = browser.begin("sign-in"), browser.begin("sign-in")
    assert browser.finish("sign-in", browser.authenticator.get(second)).status_code == 200
    assert browser.finish("sign-in", browser.authenticator.get(first)).status_code == 200


def test_a_counter_that_goes_back_is_a_copy(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    browser.authenticator.counts = True
    browser.sign_up()
    assert browser.sign_in().status_code == 200
    assert browser.sign_in().status_code == 200
    for counter in (2, 1, 0):
        answer = browser.sign_in(counter=counter)
        assert code_of(answer) == REFUSED
        assert "copied" in answer.json()["error"]
    assert "copied" in caplog.text


def test_a_counter_that_never_counts_is_fine(browser: Browser) -> None:
    browser.sign_up()
    assert [browser.sign_in().status_code for _ in range(3)] == [200, 200, 200]


def test_use_is_noted(browser: Browser, database: Database) -> None:
    browser.sign_up()
    (before,) = passkeys(database, browser.user_id)
    browser.authenticator.flags = USER_PRESENT | BACKUP_ELIGIBLE
    browser.sign_in()
    (after,) = passkeys(database, browser.user_id)
    assert before.used_at is None
    assert after.used_at is not None
    assert after.is_backed_up is False


def test_an_unknown_passkey_is_told_apart(browser: Browser, database: Database) -> None:
    browser.sign_up()
    with database.unscoped() as session:
        for passkey in session.exec(select(Passkey)):
            session.delete(passkey)
    assert code_of(browser.sign_in()) == (403, "passkey_unknown")


def test_a_passkey_speaks_for_its_owner_alone(browser: Browser, new_browser: NewBrowser) -> None:
    """Anna's credential with Rosa's handle, and Rosa's key under the name of Anna's credential."""
    anna, rosa = browser, new_browser()
    anna.sign_up("Anna")
    rosa.sign_up("Rosa")
    hers, own = anna.authenticator.keys[0], rosa.authenticator.keys[0]
    assert code_of(rosa.sign_in(handle=hers.handle)) == REFUSED
    forged = rosa.authenticator.get(rosa.begin("sign-in"), own, handle=hers.handle)
    forged["id"] = forged["rawId"] = anna.authenticator.get(anna.begin("sign-in"))["rawId"]
    assert code_of(rosa.finish("sign-in", forged)) == REFUSED


def test_a_suspended_person_is_told_so(browser: Browser, database: Database) -> None:
    browser.sign_up()
    with database.unscoped() as session:
        session.exec(update(User).where(col(User.id) == browser.user_id).values(suspended_at=now()))
    answer = browser.sign_in()
    assert code_of(answer) == (403, "sign_in_failed")
    assert "suspended" in answer.json()["error"]
