"""Stripe API client: asking Stripe, and reading what it says."""

import asyncio
import hashlib
import hmac
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import stripe

from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.settings import Settings, signing_key

TRIES_AGAIN = 2
DETAILS = ["payment_intent.latest_charge"]
OVER = ("requires_payment_method", "canceled")
"""A payment under way that comes to this has failed."""

LONGEST_TEXT = 2000
LARGEST_NUMBER = 2**63 - 1
MOST_CENTS = 2**31 - 1

Said = Mapping[str, Any]


@asynccontextmanager
async def connected(settings: Settings, seconds: float = 20.0) -> AsyncIterator[stripe.StripeClient]:
    """For one piece of work: connections belong to an event loop. Raises stripe.StripeError within."""
    http = await asyncio.to_thread(_http_client, seconds)  # reads certificates
    try:
        yield stripe.StripeClient(
            settings.stripe_secret_key.get_secret_value(),
            http_client=http,
            max_network_retries=TRIES_AGAIN,
            base_addresses={"api": settings.stripe_api_url},
        )
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


def _http_client(seconds: float) -> stripe.HTTPXClient:
    """It has certificates of its own, and would not look where everything else here does."""
    if file := os.environ.get("SSL_CERT_FILE"):
        stripe.ca_bundle_path = file
    return stripe.HTTPXClient(timeout=seconds)


async def ask(client: stripe.StripeClient, session_id: str) -> Said:
    """A checkout session with its payment and charge, as far as there are any."""
    found = await client.v1.checkout.sessions.retrieve_async(session_id, params={"expand": DETAILS})
    said: Said = found.to_dict()
    return said


def uses_stripe(settings: Settings) -> bool:
    return settings.hears_stripe and bool(settings.stripe_secret_key.get_secret_value())


def is_stand_in(settings: Settings) -> bool:
    """Whether the practice checkout takes Stripe's place: never in production."""
    return settings.has_shop and settings.is_local and not uses_stripe(settings)


def webhook_secret(settings: Settings) -> str:
    """Empty: the route is closed, because anybody could sign with nothing."""
    if not settings.hears_stripe:
        return ""
    if configured := settings.stripe_webhook_secret.get_secret_value():
        return configured
    if not is_stand_in(settings):
        return ""
    return "whsec_" + hmac.new(signing_key(settings), b"local checkout", hashlib.sha256).hexdigest()


def outcome_of(session: Said) -> PaymentOutcome | None:
    """Of a session that we asked for; None while the person is still at it."""
    if session.get("status") == "expired":
        return PaymentOutcome.EXPIRED
    if session.get("status") != "complete":
        return None
    if session.get("payment_status") != "unpaid":
        return PaymentOutcome.PAID
    return (
        PaymentOutcome.FAILED
        if _part(session, "payment_intent").get("status") in OVER
        else PaymentOutcome.PROCESSING
    )


def payment_of(session: Said, outcome: PaymentOutcome | None) -> Payment:
    """From a checkout session, with or without the parts that one has to ask for."""
    intent = _part(session, "payment_intent")
    charge = _part(intent, "latest_charge")
    return Payment(
        outcome=outcome,
        session_id=text(session.get("id")),
        payment_id=text(session.get("payment_intent")) or text(intent.get("id")),
        cents=cents(session.get("amount_total")),
        currency=text(session.get("currency")),
        receipt_url=receipt_of(charge),
        fingerprint=fingerprint_of(charge),
    )


def receipt_of(charge: Said) -> str | None:
    """Shown as a link, so it must be one."""
    address = text(charge.get("receipt_url"))
    return address if address and address.startswith("https://") else None


def fingerprint_of(charge: Said) -> str | None:
    """The same for the same card or account, whoever pays with it."""
    details = _part(charge, "payment_method_details")
    kind = text(details.get("type"))
    return text(_part(details, kind).get("fingerprint")) if kind else None


def text(value: object) -> str | None:
    """Of a length and of letters that every database takes."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or "\0" in value:
        return None
    return value if value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value) else None


def number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if abs(value) <= LARGEST_NUMBER else None


def cents(value: object) -> int | None:
    """Of money: what a column of ours holds, and never less than nothing."""
    amount = number(value)
    return amount if amount is not None and 0 <= amount <= MOST_CENTS else None


def _part(said: Said, name: str) -> Said:
    """An object within; where only its id was sent, an empty one."""
    part = said.get(name)
    return part if isinstance(part, Mapping) else {}
