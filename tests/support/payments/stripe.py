"""Stripe as far as tests need it: what it sends, signed as it signs, and what it answers when it is asked.

The real library speaks to it over HTTP. npm's `emulate`, which nobody here wrote, stands in for it in the
journey; it knows no refunds, no disputes, no list of events and no price data, so those are here.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from stripe import WebhookSignature

from echoes.credits.packs import FIRST_PACKS
from echoes.models import CreditPack, Order, new_id
from echoes.settings import get_settings
from tests.support.servers.production import serve

SECRET = "whsec_secret_of_the_tests"
WHEN = 1_795_000_000
MONTH = 30 * 86_400
MISSING = {"type": "invalid_request_error", "code": "resource_missing", "message": "No such"}
Event = dict[str, Any]


def event(kind: str, about: dict[str, Any], created: int = WHEN, event_id: str = "") -> Event:
    return {
        "id": event_id or f"evt_{uuid4().hex}",
        "object": "event",
        "type": kind,
        "created": created,
        "livemode": False,
        "data": {"object": about},
    }


def signed(body: str | Event, secret: str = SECRET, at: int | None = None) -> dict[str, Any]:
    """What to post: the very bytes that were signed."""
    text = body if isinstance(body, str) else json.dumps(body)
    header = WebhookSignature.generate_signature_header(text, secret, at)
    return {"content": text.encode(), "headers": {"stripe-signature": header}}


def payment_id_of(order: Order) -> str:
    return f"pi_{order.id.hex}"


def session_of(order: Order, **facts: Any) -> dict[str, Any]:
    """A checkout session that was paid, unless `facts` say otherwise."""
    return {
        "id": order.stripe_session_id or f"cs_{order.id.hex}",
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "client_reference_id": str(order.id),
        "metadata": {"order_id": str(order.id)},
        "payment_intent": payment_id_of(order),
        "amount_total": order.price_cents,
        "currency": order.currency,
        "customer_details": {"email": "anna@example.com", "name": "Anna Example"},
    } | facts


def charge_of(order: Order, refunded: int = 0, **facts: Any) -> dict[str, Any]:
    return {
        "id": f"ch_{order.id.hex}",
        "object": "charge",
        "payment_intent": payment_id_of(order),
        "amount": order.price_cents,
        "amount_refunded": refunded,
        "receipt_url": f"https://pay.stripe.com/receipts/{order.id.hex}",
        "payment_method_details": {"type": "card", "card": {"fingerprint": "card-1"}},
        "metadata": {"order_id": str(order.id)},
        "billing_details": {"name": "Anna Example"},
    } | facts


def refund_of(order: Order, cents: int, status: str = "succeeded", which: str = "") -> dict[str, Any]:
    """`which` names one of the order's refunds; without it, it is a new one. None names its order."""
    return {
        "id": f"re_{order.id.hex}_{which or uuid4().hex}",
        "object": "refund",
        "payment_intent": payment_id_of(order),
        "amount": cents,
        "status": status,
        "metadata": {},
    }


def dispute_of(order: Order, status: str, cents: int | None = None) -> dict[str, Any]:
    return {
        "id": f"dp_{order.id.hex}",
        "object": "dispute",
        "payment_intent": payment_id_of(order),
        "amount": order.price_cents if cents is None else cents,
        "status": status,
        "metadata": {},
    }


def add_order(session: Session, owner: UUID | None, size: int = 20, cents: int = 4500, **facts: Any) -> Order:
    order_id = new_id()
    known = {"stripe_session_id": f"cs_{order_id.hex}"} | facts
    order = Order(id=order_id, owner_id=owner, credits=size, price_cents=cents, currency="usd", **known)
    session.add(order)
    session.flush()
    return order


def add_pack(session: Session, size: int = 20, cents: int = 4500, **facts: Any) -> CreditPack:
    pack = CreditPack(title=FIRST_PACKS[1][1], credits=size, price_cents=cents, **facts)
    session.add(pack)
    session.flush()
    return pack


@dataclass
class StripeStandIn:
    """Opens checkout sessions, repeats its answer for a repeated key, tells of sessions, lists events."""

    address: str = ""
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    failures: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Answered first, one by one."""
    events: list[Any] = field(default_factory=list)
    """In the order in which they were made; a test may add what is none."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def create(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if failure := self._note(request, form):
            return failure
        key = request.headers["idempotency-key"]
        session_id = f"cs_test_{uuid4().hex}"
        made = {"id": session_id, "object": "checkout.session", "url": f"{self.address}/pay/{session_id}"}
        return JSONResponse(self.by_key.setdefault(key, made))

    async def tell(self, request: Request) -> Response:
        if failure := self._note(request, dict(request.query_params)):
            return failure
        found = self.sessions.get(request.path_params["session_id"])
        return JSONResponse(found) if found else JSONResponse({"error": MISSING}, 404)

    async def list_events(self, request: Request) -> Response:
        """Newest first, of the kinds that were named, by pages; nothing that is older than thirty days."""
        asked = request.query_params
        if failure := self._note(request, dict(asked)):
            return failure
        kinds = [kind for name, kind in asked.multi_items() if name.startswith("types[")]
        limit = int(asked.get("limit", 10))
        if len(kinds) > 20 or not 1 <= limit <= 100:
            return JSONResponse({"error": {"type": "invalid_request_error", "message": "Too many"}}, 400)
        since = max(int(asked.get("created[gte]", 0)), int(time.time()) - MONTH)
        until = int(asked.get("created[lt]", sys.maxsize))
        found = [
            event
            for event in reversed(self.events)
            if not isinstance(event, dict)
            or (since <= event.get("created", since) < until and event.get("type") in kinds)
        ]
        if (last := asked.get("starting_after")) is not None:
            ids = [event.get("id") if isinstance(event, dict) else None for event in found]
            if last not in ids:
                return JSONResponse({"error": MISSING}, 400)
            found = found[ids.index(last) + 1 :]
        page = {"object": "list", "url": "/v1/events", "has_more": len(found) > limit, "data": found[:limit]}
        return JSONResponse(page)

    def _note(self, request: Request, fields: dict[str, str]) -> Response | None:
        with self.lock:
            self.asked.append((request.method, request.url.path, fields))
            if not self.failures:
                return None
            status, body = self.failures.pop(0)
        return JSONResponse(body, status)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/checkout/sessions", self.create, methods=["POST"]),
                Route("/v1/checkout/sessions/{session_id}", self.tell, methods=["GET"]),
                Route("/v1/events", self.list_events, methods=["GET"]),
            ]
        )


@pytest.fixture
def webhook_secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ECHOES_STRIPE_WEBHOOK_SECRET", SECRET)
    get_settings.cache_clear()
    return SECRET


@pytest.fixture
def stripe_stand_in(data_dir: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeStandIn]:
    """With settings that lead there."""
    stand_in = StripeStandIn()
    with serve(stand_in.app()) as address:
        stand_in.address = address
        monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", "sk_test_of_the_tests")
        monkeypatch.setenv("ECHOES_STRIPE_API_URL", address)
        get_settings.cache_clear()
        yield stand_in
