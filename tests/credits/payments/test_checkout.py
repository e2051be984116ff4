"""Checkout sessions: what Stripe is asked for, and what is said when it cannot be."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from echoes.credits.payments import checkout
from echoes.credits.payments.checkout import NOT_SET_UP, UNREACHABLE, NoCheckout, Purchase
from echoes.database import Database
from echoes.models import User
from echoes.settings import Settings, get_settings
from tests.support.payments.stripe import StripeStandIn, add_pack

pytestmark = pytest.mark.slow

BACK = "/project/7/clips?from=buy & more"
DOWN = {"error": {"type": "api_error", "message": "down"}}


def order(database: Database, anna: UUID, **facts: Any) -> Purchase:
    with database.unscoped() as session:
        pack = add_pack(session, **facts)
    with database.acting_as(anna) as session:
        return checkout.order(session, pack.id)


async def test_what_stripe_is_asked_for(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    purchase = order(database, anna)
    begun = await checkout.begin(get_settings(), purchase, BACK)
    assert begun.address.endswith(begun.session_id)
    ((method, path, form),) = stripe_stand_in.asked
    assert (method, path) == ("POST", "/v1/checkout/sessions")
    order_id = str(purchase.order.id)
    assert form["mode"] == "payment"
    assert form["client_reference_id"] == order_id
    assert form["metadata[order_id]"] == form["payment_intent_data[metadata][order_id]"] == order_id
    assert form["line_items[0][price_data][unit_amount]"] == "4500"
    assert form["line_items[0][price_data][product_data][name]"] == "20 credits"
    assert int(form["expires_at"]) - purchase.order.created_at.timestamp() == pytest.approx(31 * 60, abs=1)
    assert form["success_url"].endswith("&session_id={CHECKOUT_SESSION_ID}")
    for address in (form["success_url"], form["cancel_url"]):
        assert address.startswith("http://localhost:3000/credits/")
        assert parse_qs(urlsplit(address).query)["return"] == [BACK]
    assert "customer_email" not in form


async def test_a_price_id_goes_instead_of_a_price(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).email = "anna@example.com"
    await checkout.begin(get_settings(), order(database, anna, stripe_price_id="price_20"), BACK)
    form = stripe_stand_in.asked[0][2]
    assert form["line_items[0][price]"] == "price_20"
    assert not [name for name in form if "price_data" in name]
    assert form["customer_email"] == "anna@example.com"


async def test_an_attempt_has_one_key_and_the_next_another(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    first, second = order(database, anna), order(database, anna)
    begun = [await checkout.begin(get_settings(), purchase, BACK) for purchase in (first, first, second)]
    assert begun[0] == begun[1] != begun[2]
    asked = [form for _, _, form in stripe_stand_in.asked]
    assert asked[0] == asked[1], "Stripe refuses a key that comes with other wishes"


async def test_a_short_failure_of_stripe_is_not_noticed(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.failures = [(500, DOWN), (503, DOWN)]
    await checkout.begin(get_settings(), order(database, anna), BACK)
    assert len(stripe_stand_in.asked) == 3
    assert len(stripe_stand_in.by_key) == 1


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (500, "api_error", UNREACHABLE),
        (429, "rate_limit_error", UNREACHABLE),
        (400, "invalid_request_error", NOT_SET_UP),
        (401, "authentication_error", NOT_SET_UP),
    ],
)
async def test_a_failure_of_stripe_is_a_sentence(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn, status: int, kind: str, sentence: str
) -> None:
    refusal = {"error": {"type": kind, "message": "No such price: 'price_secret'"}}
    stripe_stand_in.failures = [(status, refusal)] * 3
    with pytest.raises(NoCheckout) as refused:
        await checkout.begin(get_settings(), order(database, anna), BACK)
    assert refused.value.sentence == sentence


async def test_a_stripe_that_is_not_there_is_a_sentence(
    database: Database, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = get_settings().model_copy(
        update={"stripe_secret_key": Settings(stripe_secret_key="sk").stripe_secret_key}  # type: ignore[arg-type]
    )
    nowhere = settings.model_copy(update={"stripe_api_url": "http://127.0.0.1:9"})
    with pytest.raises(NoCheckout, match="is not answering"):
        await checkout.begin(nowhere, order(database, anna), BACK)


async def test_without_keys_local_mode_stands_in_and_production_does_not(
    database: Database, anna: UUID
) -> None:
    purchase = order(database, anna)
    begun = await checkout.begin(get_settings(), purchase, BACK)
    assert begun.address.startswith(f"/checkout/local/{purchase.order.id}?return=%2Fproject")
    production = get_settings().model_copy(update={"mode": "production"})
    with pytest.raises(NoCheckout):
        await checkout.begin(production, replace(purchase), BACK)
