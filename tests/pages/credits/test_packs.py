"""The shop, as any client may use it: what it shows, to whom, and that it grants no credits."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.credits.packs import FIRST_PACKS, seed_packs
from echoes.database import Database
from echoes.models import CreditPack, Order, OrderState, User
from echoes.pages.credits.packs.queries import shop_of
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from tests.pages.credits.shopping import name_of, opened, orders_of
from tests.support.payments.stripe import StripeStandIn
from tests.support.tabs import OpenTab

pytestmark = pytest.mark.slow


@pytest.fixture
def packs(database: Database) -> list[str]:
    with database.unscoped() as session:
        seed_packs(session)
    return [str(pack_id) for pack_id, *_ in FIRST_PACKS]


async def test_the_shop_shows_three_packs_and_the_best_value(
    open_tab: OpenTab, anna: UUID, packs: list[str]
) -> None:
    answer = await (await opened(open_tab, anna)).follow(f"{name_of('CreditsState')}.watch", "/credits")
    shown = answer.fields["packs"]
    assert [(pack.credits, pack.price, pack.each) for pack in shown] == [
        ("5 credits", "$15", "$3 a credit"),
        ("20 credits", "$45", "$2.25 a credit"),
        ("40 credits", "$80", "$2 a credit"),
    ]
    assert [pack.is_best for pack in shown] == [False, False, True]


async def test_the_shop_says_what_a_clip_costs_and_what_is_owed(
    open_tab: OpenTab, database: Database, anna: UUID, packs: list[str]
) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, operator_settings.Providers(prices={"motion": 2}), None)
        session.get_one(User, anna).debt = 3
    fields = (
        await (await opened(open_tab, anna)).follow(f"{name_of('CreditsState')}.watch", "/credits")
    ).fields
    assert fields["purpose"] == "Animating one photo costs 2 credits."
    assert fields["debt"] == "3 credits"


async def test_buying_writes_the_order_before_anybody_is_sent_to_pay(
    open_tab: OpenTab, database: Database, anna: UUID, packs: list[str], stripe_stand_in: StripeStandIn
) -> None:
    tab = await opened(open_tab, anna)
    answer = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[1])
    (order,) = orders_of(database, anna)
    assert order.state == OrderState.PENDING
    assert answer.redirect == f"{stripe_stand_in.address}/pay/{order.stripe_session_id}"
    again = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[1])
    assert (again.redirect, len(orders_of(database, anna))) == ("", 1), "a second tap is the same wish"


async def test_a_payment_service_that_fails_leaves_a_sentence_and_no_open_order(
    open_tab: OpenTab, database: Database, anna: UUID, packs: list[str], stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.failures = [(500, {"error": {"type": "api_error"}})] * 3
    tab = await opened(open_tab, anna)
    answer = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[0])
    assert answer.sentence.startswith("The payment service is not answering. You have not been charged")
    assert answer.fields["going"] == ""
    assert [order.state for order in orders_of(database, anna)] == [OrderState.FAILED]
    again = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[0])
    assert again.redirect, "one can try again at once"


async def test_who_buys_again_and_again_is_asked_to_wait(
    open_tab: OpenTab,
    database: Database,
    anna: UUID,
    stranger: UUID,
    packs: list[str],
    stripe_stand_in: StripeStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ECHOES_CHECKOUTS_PER_HOUR", "1")
    get_settings.cache_clear()
    get_rate_limiter.cache_clear()
    for user, sentence in ((anna, ""), (anna, "That is a lot of purchases at once."), (stranger, "")):
        tab = await opened(open_tab, user)
        answer = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[0])
        assert answer.sentence.startswith(sentence)
        assert bool(answer.redirect) == (not sentence), answer.sentence
    assert len(orders_of(database, anna)) == 1
    get_rate_limiter.cache_clear()


@pytest.mark.parametrize("pack_id", [None, "", "no id", str(UUID(int=7)), ["x"], 10**30])
async def test_what_is_not_sold_cannot_be_bought(
    open_tab: OpenTab, database: Database, anna: UUID, packs: list[str], pack_id: object
) -> None:
    answer = await (await opened(open_tab, anna)).send(
        f"{name_of('CreditsState')}.buy", at="/credits", pack_id=pack_id
    )
    assert answer.sentence
    assert (answer.redirect, orders_of(database, anna)) == ("", [])


async def test_nobody_is_asked_to_sign_in_first(
    open_tab: OpenTab, database: Database, packs: list[str]
) -> None:
    answer = await (await opened(open_tab, None)).send(
        f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[0]
    )
    assert answer.redirect.startswith("/sign-in?next=")
    with database.reading() as session:
        assert session.exec(select(Order)).all() == []


def test_one_pack_alone_is_no_best_value(database: Database, anna: UUID, packs: list[str]) -> None:
    with database.unscoped() as session:
        for pack_id in packs[1:]:
            session.get_one(CreditPack, UUID(pack_id)).is_offered = False
    with database.reading_as(anna) as session:
        assert [pack.is_best for pack in shop_of(session).packs] == [False]
