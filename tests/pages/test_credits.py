"""The pages of buying, as any client may use them: what they show, to whom, and that none grants credits."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select
from starlette.applications import Starlette

from echoes import configuration
from echoes.credits import local_checkout, orders
from echoes.credits.local_checkout import Act
from echoes.credits.orders import Outcome, Payment
from echoes.credits.packs import FIRST_PACKS, seed_packs
from echoes.credits.routes import routes
from echoes.database import Database
from echoes.limits import get_turnstile
from echoes.models import CreditPack, Order, OrderState, User
from echoes.pages import words
from echoes.pages.credits import shop_of
from echoes.settings import get_settings
from tests.support.payments import StripeStandIn, add_order
from tests.support.server import serve
from tests.support.tabs import OpenTab, Tab


def name_of(state: str) -> str:
    """As on the wire."""
    from echoes.pages.base import Visit

    for found in Visit.get_substates():
        if found.__name__ == state:
            return str(found.get_full_name()).removeprefix("reflex___state____state.")
    raise AssertionError(state)


async def opened(open_tab: OpenTab, user: UUID | None) -> Tab:
    """A tab that has been filled once: what is sent to it then is all that happens."""
    tab = open_tab(user)
    await tab.load()
    return tab


@pytest.fixture
def packs(database: Database) -> list[str]:
    with database.unscoped() as session:
        seed_packs(session)
    return [str(pack_id) for pack_id, *_ in FIRST_PACKS]


@pytest.fixture
def own_address(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Our own route, where the settings say that we are."""
    with serve(Starlette(routes=routes)) as address:
        monkeypatch.setenv("ECHOES_PORT", address.rpartition(":")[2])
        get_settings.cache_clear()
        yield address


def orders_of(database: Database, user: UUID) -> list[Order]:
    with database.reading() as session:
        return list(session.exec(select(Order).where(col(Order.owner_id) == user).order_by(col(Order.id))))


def balance(database: Database, user: UUID) -> int:
    with database.reading() as session:
        return session.get_one(User, user).balance


def local_order(database: Database, user: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, user, stripe_session_id=f"cs_local_{uuid4().hex}")


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
        configuration.write(session, configuration.Providers(prices={"motion": 2}), None)
        session.get_one(User, anna).debt = 3
    fields = (
        await (await opened(open_tab, anna)).follow(f"{name_of('CreditsState')}.watch", "/credits")
    ).fields
    assert fields["purpose"] == "Making one photograph move costs 2 credits."
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
    assert answer.sentence.startswith("The payment service does not answer. Nothing was charged")
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
    get_turnstile.cache_clear()
    for user, sentence in ((anna, ""), (anna, "That were many purchases at once."), (stranger, "")):
        tab = await opened(open_tab, user)
        answer = await tab.send(f"{name_of('CreditsState')}.buy", at="/credits", pack_id=packs[0])
        assert answer.sentence.startswith(sentence)
        assert bool(answer.redirect) == (not sentence), answer.sentence
    assert len(orders_of(database, anna)) == 1
    get_turnstile.cache_clear()


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


async def test_thanks_are_said_when_the_payment_is_there_and_nothing_is_granted_before(
    open_tab: OpenTab, database: Database, anna: UUID
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
    page = f"/credits/thanks?session_id={order.stripe_session_id}"
    watch = f"{name_of('ThanksState')}.watch"
    waiting = await (await opened(open_tab, anna)).follow(watch, page)
    assert waiting.fields["order"].stage == "waiting"
    assert balance(database, anna) == 0, "the page grants nothing"
    with database.unscoped() as session:
        paid = Payment(Outcome.PAID, receipt_url="https://pay.stripe.com/receipts/1")
        orders.settle(session, order.id, paid)
    shown = (await (await opened(open_tab, anna)).follow(watch, page)).fields["order"]
    assert (shown.stage, shown.credits) == ("paid", "20 credits")
    assert shown.receipt == "https://pay.stripe.com/receipts/1"


@pytest.mark.parametrize("query", ["session_id={session}", "order={order}", "order={order}&session_id=no"])
async def test_an_order_is_shown_to_its_owner_alone(
    open_tab: OpenTab, database: Database, anna: UUID, stranger: UUID, query: str
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
    page = f"/credits/thanks?{query.format(order=order.id, session=order.stripe_session_id)}"
    watch = f"{name_of('ThanksState')}.watch"
    assert (await (await opened(open_tab, anna)).follow(watch, page)).fields["order"].stage == "waiting"
    assert (await (await opened(open_tab, stranger)).follow(watch, page)).fields["order"].stage == "missing"
    assert (await (await opened(open_tab, None)).send(watch, at=page)).redirect.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("act", "end", "has"),
    [
        (Act.PAY, OrderState.PAID, 20),
        (Act.FAIL, OrderState.FAILED, 0),
        (Act.CANCEL, OrderState.EXPIRED, 0),
        (Act.PAY_LATER, OrderState.PENDING, 0),
    ],
)
async def test_the_local_checkout_sends_what_stripe_would(
    open_tab: OpenTab, database: Database, anna: UUID, own_address: str, act: Act, end: OrderState, has: int
) -> None:
    order = local_order(database, anna)
    tab = await opened(open_tab, anna)
    page = f"/checkout/local/{order.id}?return=/project/7/clips"
    answer = await tab.send(f"{name_of('LocalCheckoutState')}.act", at=page, name=act)
    leads_to = "/credits/cancelled?" if act == Act.CANCEL else "/credits/thanks?"
    assert answer.redirect.startswith(leads_to)
    (now,) = orders_of(database, anna)
    assert (now.state, balance(database, anna)) == (end, has)
    assert local_checkout.is_on_its_way(now) == (act == Act.PAY_LATER)


async def test_money_that_was_sent_later_arrives_later(
    open_tab: OpenTab, database: Database, anna: UUID, own_address: str
) -> None:
    order = local_order(database, anna)
    for act in (Act.PAY_LATER, Act.ARRIVE):
        page = f"/checkout/local/{order.id}"
        await (await opened(open_tab, anna)).send(f"{name_of('LocalCheckoutState')}.act", at=page, name=act)
    assert balance(database, anna) == 20
    twice = await (await opened(open_tab, anna)).send(
        f"{name_of('LocalCheckoutState')}.act", at=page, name=Act.PAY
    )
    assert twice.sentence == local_checkout.CLOSED


@pytest.mark.parametrize("who", ["stranger", "nobody"])
async def test_others_cannot_play_with_an_order(
    open_tab: OpenTab, database: Database, anna: UUID, stranger: UUID, own_address: str, who: str
) -> None:
    order = local_order(database, anna)
    tab = await opened(open_tab, stranger if who == "stranger" else None)
    answer = await tab.send(
        f"{name_of('LocalCheckoutState')}.act", at=f"/checkout/local/{order.id}", name=Act.PAY
    )
    assert not answer.redirect.startswith("/credits")
    assert (orders_of(database, anna)[0].state, balance(database, anna)) == (OrderState.PENDING, 0)


@pytest.mark.parametrize("mode", ["production", "keys"])
async def test_where_real_money_is_taken_nothing_is_to_be_had_for_nothing(
    open_tab: OpenTab,
    database: Database,
    anna: UUID,
    own_address: str,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    order = local_order(database, anna)
    settings = get_settings()
    facts = {"mode": "production"} if mode == "production" else {}
    if mode == "keys":
        monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", "sk_test")
        get_settings.cache_clear()
        settings = get_settings()
    monkeypatch.setattr("echoes.pages.credits_local.get_settings", lambda: settings.model_copy(update=facts))
    for name in Act:
        answer = await (await opened(open_tab, anna)).send(
            f"{name_of('LocalCheckoutState')}.act", at=f"/checkout/local/{order.id}", name=name
        )
        assert answer.redirect == ""
    assert (orders_of(database, anna)[0].state, balance(database, anna)) == (OrderState.PENDING, 0)


@pytest.mark.parametrize("name", [None, "", "steal", ["pay"], {"act": "pay"}, "x" * 10_000])
async def test_only_known_acts_are_played(
    open_tab: OpenTab, database: Database, anna: UUID, own_address: str, name: object
) -> None:
    order = local_order(database, anna)
    tab = await opened(open_tab, anna)
    answer = await tab.send(
        f"{name_of('LocalCheckoutState')}.act", at=f"/checkout/local/{order.id}", name=name
    )
    assert answer.sentence
    assert orders_of(database, anna)[0].state == OrderState.PENDING


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [(1500, "usd", "$15"), (225, "usd", "$2.25"), (450000, "eur", "€4,500"), (1500, "jpy", "1,500 JPY"),
     (990, "chf", "9.90 CHF")],
)  # fmt: skip
def test_money_is_said_as_people_say_it(cents: int, currency: str, said: str) -> None:
    assert words.money(cents, currency) == said


def test_one_pack_alone_is_no_best_value(database: Database, anna: UUID, packs: list[str]) -> None:
    with database.unscoped() as session:
        for pack_id in packs[1:]:
            session.get_one(CreditPack, UUID(pack_id)).is_offered = False
    with database.reading_as(anna) as session:
        assert [pack.is_best for pack in shop_of(session).packs] == [False]
