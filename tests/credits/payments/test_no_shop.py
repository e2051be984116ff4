"""Nothing is sold (ECHOES_PAYMENTS=none): no order, no webhook, no practice checkout, and sentences that are
true; where clips are free (ECHOES_CREDITS), nobody sees a credit."""

from uuid import UUID

import pytest
from httpx2 import ASGITransport, AsyncClient
from sqlmodel import select

from echoes import operator_settings, providers
from echoes.commands import service_checks
from echoes.commands.findings import Problem
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.credits.packs import FIRST_PACKS, seed_packs
from echoes.credits.payments import checkout, routes
from echoes.credits.payments.checkout import NoShop
from echoes.credits.payments.practice_checkout import WEBHOOK
from echoes.credits.payments.reconciliation import reconcile
from echoes.credits.payments.stripe import is_stand_in, uses_stripe
from echoes.database import Database
from echoes.errors import OutOfCredits
from echoes.models import EntryKind, Order, OrderState
from echoes.operator_settings import Providers
from echoes.pages.account.queries import read_account
from echoes.pages.credits.out_of_credits.queries import shortage_of
from echoes.settings import Settings, get_settings
from tests.pages.credits.shopping import name_of
from tests.support.databases.rows import add_project
from tests.support.payments.stripe import SECRET, event, session_of, signed
from tests.support.servers.application import application
from tests.support.tabs import OpenTab


@pytest.fixture
def no_shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ECHOES_PAYMENTS", "none")
    get_settings.cache_clear()
    with database.unscoped() as session:
        seed_packs(session)
    return get_settings()


CLOSING = {"PAYMENTS": "closing", "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": SECRET}


@pytest.fixture
def all_free(no_shop: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ECHOES_CREDITS", "free")
    get_settings.cache_clear()
    return get_settings()


def test_nobody_can_place_an_order(database: Database, anna: UUID, no_shop: Settings) -> None:
    with database.acting_as(anna) as session, pytest.raises(NoShop, match="not sold here"):
        checkout.order(session, FIRST_PACKS[0][0])
    with database.reading() as session:
        assert session.exec(select(Order)).all() == []


async def test_neither_stripe_nor_the_practice_checkout_is_there(
    database: Database, no_shop: Settings
) -> None:
    assert not uses_stripe(no_shop)
    assert not is_stand_in(no_shop)
    assert await reconcile(no_shop) == 0
    transport = ASGITransport(app=application(routes.routes))
    async with AsyncClient(transport=transport, base_url="http://localhost:3000") as anybody:
        assert (await anybody.post(WEBHOOK, content=b"{}")).status_code == 404


async def test_a_tab_knows_that_nothing_is_sold(open_tab: OpenTab, anna: UUID, no_shop: Settings) -> None:
    tab = open_tab(anna)
    fields = (await tab.load()).fields
    assert (fields.get("has_shop", False), fields["counts_credits"]) == (False, True)
    answer = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=str(FIRST_PACKS[0][0]))
    assert answer.sentence == checkout.NOT_SOLD_HERE


async def test_a_tab_knows_that_clips_are_free(open_tab: OpenTab, anna: UUID, all_free: Settings) -> None:
    fields = (await open_tab(anna).load()).fields
    assert not fields.get("counts_credits", False)


def test_who_runs_out_is_told_whom_to_ask(database: Database, anna: UUID, no_shop: Settings) -> None:
    with database.acting_as(anna) as session:
        short = shortage_of(session, add_project(session, anna).id, OutOfCredits(needed=5, balance=2))
    assert short.title == "You need 3 more credits"
    assert "ask the people who run this site" in short.sentence
    assert short.packs == []


def test_nobody_is_promised_a_reward_for_purchases(database: Database, anna: UUID, no_shop: Settings) -> None:
    with database.acting_as(anna) as session:
        account, _ = read_account(session, None)
    assert account.reward == ""


def test_free_clips_cost_nothing_whatever_operators_set(
    database: Database, anna: UUID, all_free: Settings
) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Providers(prices={"motion": 7}), None)
        assert providers.price_of(session, *providers.active(session)) == 0


def test_credits_that_operators_give_are_spent_as_ever(
    database: Database, anna: UUID, no_shop: Settings
) -> None:
    with database.unscoped() as session:
        ledger.give(session, anna, Movement(EntryKind.GRANT, 3, "gift", "A gift"))
        ledger.spend(session, anna, Movement(EntryKind.GENERATION, 2, "take:1", "Clip"))
        assert ledger.balance_of(session, anna) == 1


async def test_the_doctor_says_what_is_sold(no_shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await service_checks.payments(no_shop) == "none: nothing is sold, and operators give credits"
    free = no_shop.model_copy(update={"credits": "free"})
    assert await service_checks.payments(free) == "none: nothing is sold, and every clip is free"


async def test_the_doctor_names_purchases_that_nobody_would_hear_of(
    database: Database, anna: UUID, no_shop: Settings
) -> None:
    with database.unscoped() as session:
        session.add(begun(anna))
    with pytest.raises(Problem, match="1 purchase may still be paid at Stripe") as found:
        await service_checks.payments(no_shop)
    assert "ECHOES_PAYMENTS=closing" in found.value.advice


async def test_the_doctor_misses_the_key_of_a_shop_that_closes(no_shop: Settings) -> None:
    with pytest.raises(Problem, match="no Stripe key is set"):
        await service_checks.payments(no_shop.model_copy(update={"payments": "closing"}))


async def test_while_the_shop_closes_operators_still_find_the_orders(
    open_tab: OpenTab, anna: UUID, no_shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (await open_tab(anna).load()).fields.get("has_orders", False)
    for name, value in CLOSING.items():
        monkeypatch.setenv(f"ECHOES_{name}", value)
    get_settings.cache_clear()
    fields = (await open_tab(anna).load()).fields
    assert (fields.get("has_shop", False), fields["has_orders"]) == (False, True)


async def test_while_the_shop_closes_a_payment_that_was_begun_gives_its_credits(
    database: Database, anna: UUID, no_shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CLOSING.items():
        monkeypatch.setenv(f"ECHOES_{name}", value)
    get_settings.cache_clear()
    with database.unscoped() as session:
        order = begun(anna)
        session.add(order)
        session.flush()
        paid = event("checkout.session.completed", session_of(order))
    with database.acting_as(anna) as session, pytest.raises(NoShop):
        checkout.order(session, FIRST_PACKS[0][0])
    transport = ASGITransport(app=application(routes.routes))
    async with AsyncClient(transport=transport, base_url="http://localhost:3000") as service:
        assert (await service.post(WEBHOOK, **signed(paid))).status_code == 200
    with database.reading() as session:
        assert session.exec(select(Order.state)).one() == OrderState.PAID
        assert ledger.balance_of(session, anna) == 10


def begun(user_id: UUID) -> Order:
    """Of somebody who is on Stripe's page at this moment."""
    return Order(owner_id=user_id, credits=10, price_cents=900, currency="eur", stripe_session_id="cs_1")
