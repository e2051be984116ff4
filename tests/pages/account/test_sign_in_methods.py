"""Passkeys, recovery codes and mail on the account page, as a tab has them."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select, update

from echoes.database import Database
from echoes.models import AuthSession, MailKind, MailOptOut, Passkey, RecoveryCode, User, now
from echoes.pages.account.passkeys.queries import WaysInViewModel
from tests.pages.every_handler import MAIL, PASSKEYS
from tests.support.databases.fresh import forget
from tests.support.databases.rows import add_passkey
from tests.support.tabs import OpenTab

HERE = "/account"


@pytest.fixture
def phone(database: Database, anna: UUID, monkeypatch: pytest.MonkeyPatch) -> Passkey:
    monkeypatch.setenv("ECHOES_SIGN_IN", "passkey")
    monkeypatch.setenv("ECHOES_SMTP_URL", "smtp://127.0.0.1:25?tls=none")
    monkeypatch.setenv("ECHOES_MAIL_FROM", "echoes@example.org")
    forget()
    with database.unscoped() as session:
        return add_passkey(session, anna)


def grow_old(database: Database) -> None:
    with database.unscoped() as session:
        session.exec(update(AuthSession).values(created_at=now() - timedelta(minutes=11)))


async def test_a_person_names_and_removes_a_passkey(
    open_tab: OpenTab, database: Database, anna: UUID, phone: Passkey
) -> None:
    tab = open_tab(anna)
    first = (await tab.follow(f"{PASSKEYS}.watch", HERE)).fields
    assert (first["ways"].is_shown, first["ways"].must_confirm) == (True, False)
    await tab.send(f"{PASSKEYS}.ask_name", HERE, passkey_id=str(phone.id))
    named = await tab.send(f"{PASSKEYS}.rename", HERE, form={"passkey_name": "My phone"})
    assert [one.name for one in named.fields["passkeys"]] == ["My phone"]
    await tab.send(f"{PASSKEYS}.ask_removal", HERE, passkey_id=str(phone.id))
    gone = await tab.send(f"{PASSKEYS}.remove", HERE)
    assert gone.fields["passkeys"] == [], "in local mode a name is another way in"


async def test_codes_are_shown_until_they_are_put_away(
    open_tab: OpenTab, database: Database, anna: UUID, phone: Passkey
) -> None:
    tab = open_tab(anna)
    await tab.follow(f"{PASSKEYS}.watch", HERE)
    made = (await tab.send(f"{PASSKEYS}.make_codes", HERE)).fields
    assert len(made["codes"]) == 10
    assert made["ways"].codes == "10 unused recovery codes left."
    assert (await tab.send(f"{PASSKEYS}.close", HERE)).fields["codes"] == []
    again = await open_tab(anna).follow(f"{PASSKEYS}.watch", HERE)
    assert not again.fields.get("codes")


async def test_after_a_while_the_page_asks_for_a_confirmation(
    open_tab: OpenTab, database: Database, anna: UUID, phone: Passkey
) -> None:
    tab = open_tab(anna)
    await tab.follow(f"{PASSKEYS}.watch", HERE)
    await tab.send(f"{PASSKEYS}.ask_removal", HERE, passkey_id=str(phone.id))
    grow_old(database)
    refused = await tab.send(f"{PASSKEYS}.remove", HERE)
    assert "confirm with a passkey" in refused.sentence
    assert refused.fields["ways"].must_confirm is True
    again = await tab.send(f"{PASSKEYS}.make_codes", HERE)
    assert "confirm with a passkey" in again.sentence
    assert not again.fields.get("codes")
    with database.reading() as session:
        assert session.exec(select(RecoveryCode)).all() == []
        assert len(session.exec(select(Passkey)).all()) == 1


async def test_a_kind_of_mail_is_switched_off_and_on(
    open_tab: OpenTab, database: Database, anna: UUID, phone: Passkey
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).email = "anna@example.org"
    tab = open_tab(anna)
    first = (await tab.follow(f"{MAIL}.watch", HERE)).fields
    assert (first["mail"].address, first["mail"].can_change) == ("anna@example.org", True)
    kinds = [choice.kind for choice in first["choices"]]
    assert kinds == [MailKind.FILM_READY, MailKind.GIFT_OPENS, MailKind.REPLY]
    off = await tab.send(f"{MAIL}.set_wanted", HERE, kind="film_ready", is_wanted=False)
    assert [choice.is_wanted for choice in off.fields["choices"]] == [False, True, True]
    await tab.send(f"{MAIL}.set_wanted", HERE, kind="film_ready", is_wanted=True)
    with database.reading() as session:
        assert session.exec(select(MailOptOut)).all() == []


async def test_where_nothing_is_switched_on_nothing_is_shown(open_tab: OpenTab, anna: UUID) -> None:
    tab = open_tab(anna)
    for state, shown in ((PASSKEYS, "ways"), (MAIL, "mail")):
        told = (await tab.follow(f"{state}.watch", HERE)).fields
        assert told["is_loaded"] is True
        assert not told.get(shown, WaysInViewModel()).is_shown
