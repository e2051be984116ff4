"""Passkeys of one's account: further ones, names, and never the last way in removed; recovery codes."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, update

from echoes.accounts.passkeys import recovery_codes, service
from echoes.accounts.sign_in_methods import ConfirmFirst
from echoes.database import Database
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import AuthSession, User, new_id, now
from tests.accounts.passkeys.conftest import Browser, NewBrowser, passkeys
from tests.support.databases.fresh import forget


def grow_old(database: Database) -> None:
    with database.unscoped() as session:
        session.exec(update(AuthSession).values(created_at=now() - timedelta(minutes=11)))


def remove(database: Database, browser: Browser, passkey_id: UUID) -> None:
    with database.acting_as(browser.user_id) as session:
        service.remove(session, passkey_id, browser.token)


def codes_of(database: Database, browser: Browser) -> list[str]:
    with database.acting_as(browser.user_id) as session:
        return recovery_codes.make(session, browser.token)


def test_a_second_passkey_signs_the_same_person_in(browser: Browser, database: Database) -> None:
    browser.sign_up()
    rosa = browser.user_id
    assert browser.add().status_code == 200
    browser.sign_out()
    browser.sign_in()
    assert browser.user_id == rosa
    assert len(passkeys(database, rosa)) == 2


def test_authenticators_are_told_what_they_hold(browser: Browser) -> None:
    browser.sign_up()
    asked = browser.begin("add")
    known = browser.authenticator.get(browser.begin("sign-in"))["id"]
    assert [one["id"] for one in asked["excludeCredentials"]] == [known]


def test_a_passkey_that_is_known_stays_whose_it_is(browser: Browser, new_browser: NewBrowser) -> None:
    browser.sign_up()
    thief = new_browser()
    thief.sign_up("Thief")
    name = browser.authenticator.keys[0].credential_id
    answer = thief.finish("add", thief.authenticator.create(thief.begin("add"), credential_id=name))
    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_taken")


def test_nobody_adds_a_passkey(browser: Browser) -> None:
    answer = browser.client.post("/auth/passkey/add/options", json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_passkey_is_not_added_to_who_signed_in_meanwhile(browser: Browser, database: Database) -> None:
    browser.sign_up("Anna")
    made = browser.authenticator.create(browser.begin("add"))
    browser.sign_up("Rosa")
    answer = browser.finish("add", made)
    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_refused")
    assert len(passkeys(database, browser.user_id)) == 1


def test_after_a_while_adding_is_confirmed_by_signing_in_again(browser: Browser, database: Database) -> None:
    browser.sign_up()
    grow_old(database)
    answer = browser.client.post("/auth/passkey/add/options", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm_first")
    browser.sign_in()
    assert browser.add().status_code == 200


def test_there_is_a_most(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("echoes.accounts.passkeys.registration.MOST_PASSKEYS", 2)
    browser.sign_up()
    first, second = (browser.authenticator.create(browser.begin("add")) for _ in range(2))
    assert [browser.finish("add", one).status_code for one in (first, second)] == [200, 403]
    assert "up to 2" in browser.client.post("/auth/passkey/add/options", json={}).json()["error"]


def test_names_are_the_persons_own(browser: Browser, database: Database, stranger: UUID) -> None:
    browser.sign_up()
    (passkey,) = passkeys(database, browser.user_id)
    with database.acting_as(browser.user_id) as session:
        service.rename(session, passkey.id, "  My   phone ")
    with database.reading_as(browser.user_id) as session:
        assert [one.name for one in service.passkeys_of(session)] == ["My phone"]
    with pytest.raises(BadInput), database.acting_as(browser.user_id) as session:
        service.rename(session, passkey.id, " ")
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        service.rename(session, passkey.id, "Mine")


def test_the_last_way_in_stays(browser: Browser, database: Database) -> None:
    browser.sign_up()
    browser.add()
    first, second = passkeys(database, browser.user_id)
    remove(database, browser, first.id)
    with pytest.raises(Refused, match="only way in"):
        remove(database, browser, second.id)
    codes_of(database, browser)
    remove(database, browser, second.id)
    assert passkeys(database, browser.user_id) == []


def test_who_has_another_way_in_may_remove_the_last(
    browser: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up()
    with database.unscoped() as session:
        session.exec(
            update(User).where(col(User.id) == browser.user_id).values(issuer="https://accounts.google.com")
        )
    (passkey,) = passkeys(database, browser.user_id)
    with pytest.raises(Refused, match="only way in"):
        remove(database, browser, passkey.id)
    monkeypatch.setenv("ECHOES_OIDC_CLIENT_ID", "echoes")
    forget()
    remove(database, browser, passkey.id)


def test_removing_is_confirmed_first_and_is_nobody_elses(
    browser: Browser, database: Database, stranger: UUID
) -> None:
    browser.sign_up()
    browser.add()
    first, _ = passkeys(database, browser.user_id)
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        service.remove(session, first.id, browser.token)
    with pytest.raises(NotFound):
        remove(database, browser, new_id())
    grow_old(database)
    with pytest.raises(ConfirmFirst):
        remove(database, browser, first.id)
    browser.sign_in()
    remove(database, browser, first.id)


def test_a_removed_passkey_opens_nothing(browser: Browser, database: Database) -> None:
    browser.sign_up()
    browser.add()
    first, _ = passkeys(database, browser.user_id)
    key = browser.authenticator.keys[0]
    remove(database, browser, first.id)
    answer = browser.finish("sign-in", browser.authenticator.get(browser.begin("sign-in"), key))
    assert answer.json()["code"] == "passkey_unknown"


def test_recovery_codes_work_once_each_however_they_are_typed(browser: Browser, database: Database) -> None:
    browser.sign_up()
    rosa, codes = browser.user_id, codes_of(database, browser)
    assert len(set(codes)) == 10
    browser.sign_out()
    typed = codes[0].upper().replace("-", " ")
    answer = browser.client.post("/auth/recovery", data={"code": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert browser.user_id == rosa
    with database.reading_as(rosa) as session:
        assert recovery_codes.left(session) == 9
    browser.sign_out()
    answer = browser.client.post("/auth/recovery", data={"code": typed})
    assert answer.headers["location"] == "/sign-in?next=%2Ffilms&problem=code"
    assert browser.token is None


def test_new_codes_end_the_old_ones(browser: Browser, database: Database) -> None:
    browser.sign_up()
    old, new = codes_of(database, browser), codes_of(database, browser)
    assert not set(old) & set(new)
    answers = [browser.client.post("/auth/recovery", data={"code": code}) for code in (old[0], new[0])]
    assert ["problem=code" in answer.headers["location"] for answer in answers] == [True, False]


@pytest.mark.parametrize("code", ["", " ", "x", "aaaa-aaaa-aaaa-aaaa", "é" * 500, "\x00"])
def test_a_wrong_code_is_said_kindly(browser: Browser, code: str) -> None:
    answer = browser.client.post("/auth/recovery", data={"code": code})
    assert answer.headers["location"] == "/sign-in?next=%2Ffilms&problem=code"


def test_codes_are_kept_as_hashes(browser: Browser, database: Database) -> None:
    browser.sign_up()
    codes = codes_of(database, browser)
    with database.reading() as session:
        text = repr(session.connection().exec_driver_sql("SELECT * FROM recovery_codes").all())
    assert not any(code in text or code.replace("-", "") in text for code in codes)
