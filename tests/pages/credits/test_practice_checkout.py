"""The practice checkout: it sends what Stripe would, and is shut where real money is taken."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from echoes.credits.payments import practice_checkout
from echoes.credits.payments.practice_checkout import SimulatedAction
from echoes.credits.payments.routes import routes
from echoes.database import Database
from echoes.models import Order, OrderState
from echoes.settings import get_settings
from tests.pages.credits.shopping import balance, name_of, opened, orders_of
from tests.support.payments.stripe import add_order
from tests.support.servers.application import application
from tests.support.servers.production import serve
from tests.support.tabs import OpenTab

pytestmark = pytest.mark.slow


@pytest.fixture
def own_address(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Our own route, where the settings say that we are."""
    with serve(application(routes)) as address:
        monkeypatch.setenv("ECHOES_PORT", address.rpartition(":")[2])
        get_settings.cache_clear()
        yield address


def local_order(database: Database, user: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, user, stripe_session_id=f"cs_local_{uuid4().hex}")


@pytest.mark.parametrize(
    ("act", "end", "has"),
    [
        (SimulatedAction.PAY, OrderState.PAID, 20),
        (SimulatedAction.FAIL, OrderState.FAILED, 0),
        (SimulatedAction.CANCEL, OrderState.EXPIRED, 0),
        (SimulatedAction.PAY_LATER, OrderState.PENDING, 0),
    ],
)
async def test_the_practice_checkout_sends_what_stripe_would(
    open_tab: OpenTab,
    database: Database,
    anna: UUID,
    own_address: str,
    act: SimulatedAction,
    end: OrderState,
    has: int,
) -> None:
    order = local_order(database, anna)
    tab = await opened(open_tab, anna)
    page = f"/checkout/local/{order.id}?return=/project/7/clips"
    answer = await tab.send(f"{name_of('PracticeCheckoutState')}.act", at=page, name=act)
    leads_to = "/credits/cancelled?" if act == SimulatedAction.CANCEL else "/credits/thanks?"
    assert answer.redirect.startswith(leads_to)
    (now,) = orders_of(database, anna)
    assert (now.state, balance(database, anna)) == (end, has)
    assert practice_checkout.is_on_its_way(now) == (act == SimulatedAction.PAY_LATER)


async def test_money_that_was_sent_later_arrives_later(
    open_tab: OpenTab, database: Database, anna: UUID, own_address: str
) -> None:
    order = local_order(database, anna)
    for act in (SimulatedAction.PAY_LATER, SimulatedAction.ARRIVE):
        page = f"/checkout/local/{order.id}"
        await (await opened(open_tab, anna)).send(
            f"{name_of('PracticeCheckoutState')}.act", at=page, name=act
        )
    assert balance(database, anna) == 20
    twice = await (await opened(open_tab, anna)).send(
        f"{name_of('PracticeCheckoutState')}.act", at=page, name=SimulatedAction.PAY
    )
    assert twice.sentence == practice_checkout.CLOSED


@pytest.mark.parametrize("who", ["stranger", "nobody"])
async def test_others_cannot_play_with_an_order(
    open_tab: OpenTab, database: Database, anna: UUID, stranger: UUID, own_address: str, who: str
) -> None:
    order = local_order(database, anna)
    tab = await opened(open_tab, stranger if who == "stranger" else None)
    answer = await tab.send(
        f"{name_of('PracticeCheckoutState')}.act", at=f"/checkout/local/{order.id}", name=SimulatedAction.PAY
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
    monkeypatch.setattr(
        "echoes.pages.credits.practice_checkout.state.get_settings", lambda: settings.model_copy(update=facts)
    )
    for name in SimulatedAction:
        answer = await (await opened(open_tab, anna)).send(
            f"{name_of('PracticeCheckoutState')}.act", at=f"/checkout/local/{order.id}", name=name
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
        f"{name_of('PracticeCheckoutState')}.act", at=f"/checkout/local/{order.id}", name=name
    )
    assert answer.sentence
    assert orders_of(database, anna)[0].state == OrderState.PENDING
