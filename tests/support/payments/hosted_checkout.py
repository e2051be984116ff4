"""Stripe's hosted checkout page: what is paid on it is told to the webhook, signed, and then the browser
goes back to the shop."""

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.credits.payments.events import NEEDED
from echoes.credits.payments.practice_checkout import WEBHOOK
from tests.support.payments.stripe import Event, StripeStandIn, event, signed
from tests.support.processes import PATIENCE

PAGE = """<!doctype html><html lang="en"><title>Checkout</title><h1>Checkout</h1>
<p>{what}: {cents} {currency}</p>
<form method="post"><button>Pay</button></form></html>"""


@dataclass
class HostedCheckout(StripeStandIn):
    """`deliver` posts one event to the webhook, as Stripe's servers would."""

    secret: str = ""
    shop: str = ""
    client: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    """What the webhook said."""

    async def create(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        answer = await super().create(request)
        self.forms[json.loads(bytes(answer.body))["id"]] = form
        return answer

    async def show(self, request: Request) -> Response:
        form = self.forms[request.path_params["session_id"]]
        line = {name.rpartition("[")[2].rstrip("]"): value for name, value in form.items()}
        text = PAGE.format(
            what=escape(line["name"]), cents=escape(line["unit_amount"]), currency=escape(line["currency"])
        )
        return HTMLResponse(text)

    async def pay(self, request: Request) -> Response:
        session_id = request.path_params["session_id"]
        form = self.forms[session_id]
        paid = self.sessions[session_id] = _paid(session_id, form)
        for said in (event("checkout.session.completed", paid), event("charge.succeeded", _charge(paid))):
            await self.deliver(said)
        address = form["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id)
        return RedirectResponse(address, 303)

    async def balance(self, _: Request) -> Response:
        return JSONResponse({"object": "balance", "livemode": True, "available": [], "pending": []})

    async def endpoints(self, _: Request) -> Response:
        known = {"id": "we_1", "object": "webhook_endpoint", "url": f"{self.shop}{WEBHOOK}"}
        told = known | {"status": "enabled", "enabled_events": sorted(NEEDED)}
        page = {"object": "list", "url": "/v1/webhook_endpoints", "has_more": False}
        return JSONResponse(page | {"data": [told]})

    async def deliver(self, said: Event, secret: str = "") -> None:
        sent = signed(said | {"livemode": True}, secret or self.secret)
        answer = await self.client.post(f"{self.shop}{WEBHOOK}", timeout=PATIENCE, **sent)
        self.answers.append(answer.status_code)

    def app(self) -> Starlette:
        page = "/pay/{session_id}"
        own = [
            Route(page, self.show, methods=["GET"]),
            Route(page, self.pay, methods=["POST"]),
            Route("/v1/balance", self.balance),
            Route("/v1/webhook_endpoints", self.endpoints),
        ]
        return Starlette(routes=[*super().app().routes, *own])


def _paid(session_id: str, form: dict[str, str]) -> dict[str, Any]:
    order = form["client_reference_id"]
    return {
        "id": session_id,
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "client_reference_id": order,
        "metadata": {"order_id": order},
        "payment_intent": f"pi_{session_id}",
        "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
        "currency": form["line_items[0][price_data][currency]"],
        "customer_details": {"email": form.get("customer_email")},
    }


def _charge(session: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"ch_{session['id']}",
        "object": "charge",
        "payment_intent": session["payment_intent"],
        "amount": session["amount_total"],
        "amount_refunded": 0,
        "receipt_url": "https://pay.stripe.com/receipts/1",
        "payment_method_details": {"type": "card", "card": {"fingerprint": "card-1"}},
        "metadata": session["metadata"],
    }
