"""Stripe webhook endpoint check: whether it leads here, is switched on, and tells all that is needed."""

from collections.abc import Sequence
from typing import Any

import stripe

from echoes.commands.findings import Problem
from echoes.credits.payments.events import NEEDED
from echoes.credits.payments.practice_checkout import WEBHOOK
from echoes.settings import Settings

MOST = 100
ALL_KINDS = "*"


async def examine(client: stripe.StripeClient, settings: Settings) -> str:
    """In words. Raises Problem, or StripeError when Stripe does not answer."""
    try:
        listed = await client.v1.webhook_endpoints.list_async(params={"limit": MOST})
    except stripe.PermissionError:
        return "the key may not read webhook endpoints, so we cannot tell whether they are right"
    address = settings.public_url.rstrip("/") + WEBHOOK
    leading_here = [endpoint for endpoint in listed.data if endpoint.url.rstrip("/") == address]
    if not leading_here and settings.is_local:
        return "none of its webhooks points here: forward events with `stripe listen`"
    return _judge(leading_here, address)


def _judge(endpoints: Sequence[Any], address: str) -> str:
    """Each has a secret of its own, and we know one: so one must tell everything."""
    if not endpoints:
        raise Problem(
            f"no webhook of this Stripe account points to {address}",
            "Create one at Stripe (docs/hosting.md lists its events) and set ECHOES_STRIPE_WEBHOOK_SECRET.",
        )
    enabled = [endpoint for endpoint in endpoints if endpoint.status == "enabled"]
    if not enabled:
        raise Problem(f"the webhook to {address} is disabled", "Enable it on Stripe's dashboard.")
    missing = min((_missing(endpoint.enabled_events) for endpoint in enabled), key=len)
    if missing:
        raise Problem(
            f"the webhook does not send {', '.join(sorted(missing))}",
            "Add these events to it on Stripe's dashboard: until then they arrive up to an hour late.",
        )
    return "its webhook sends every event that is needed"


def _missing(kinds: Sequence[str]) -> frozenset[str]:
    return frozenset() if ALL_KINDS in kinds else NEEDED - set(kinds)
