"""The doctor asks Stripe for our webhook: where it leads, whether it is on, and what it tells of."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from echoes.commands import service_checks
from echoes.commands.findings import Problem
from echoes.credits.payments.events import HANDLERS, NEEDED
from echoes.settings import Settings, get_settings
from tests.support.servers.production import serve

HOME = "https://echoes.example"
ADDRESS = f"{HOME}/stripe/webhook"
REFUSED = {"error": {"type": "invalid_request_error", "message": "rak_webhook_read is missing"}}


@dataclass
class Account:
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    is_restricted: bool = False

    def add(self, **facts: Any) -> None:
        standing = {"url": ADDRESS, "status": "enabled", "enabled_events": sorted(NEEDED)}
        known = {"id": f"we_{len(self.endpoints)}", "object": "webhook_endpoint"}
        self.endpoints.append(known | standing | facts)

    async def balance(self, _request: Request) -> Response:
        if self.is_restricted:
            return JSONResponse(REFUSED, 403)
        return JSONResponse({"object": "balance", "livemode": True, "available": [], "pending": []})

    async def list_endpoints(self, request: Request) -> Response:
        if self.is_restricted:
            return JSONResponse(REFUSED, 403)
        limit = int(request.query_params.get("limit", 10))
        page = {"data": self.endpoints[:limit], "has_more": len(self.endpoints) > limit}
        return JSONResponse({"object": "list", "url": "/v1/webhook_endpoints"} | page)


@pytest.fixture
def account(data_dir: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    account = Account()
    routes = [Route("/v1/balance", account.balance), Route("/v1/webhook_endpoints", account.list_endpoints)]
    with serve(Starlette(routes=routes)) as address:
        monkeypatch.setenv("ECHOES_STRIPE_API_URL", address)
        monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", "sk_live_of_this_test")
        monkeypatch.setenv("ECHOES_STRIPE_WEBHOOK_SECRET", "whsec_of_this_test")
        get_settings.cache_clear()
        yield account


def look(**facts: object) -> str:
    settings: Settings = get_settings().model_copy(
        update={"mode": "production", "public_url": f"{HOME}/"} | facts
    )
    return asyncio.run(service_checks.payments(settings))


def test_a_webhook_that_tells_everything_is_praised(account: Account) -> None:
    account.add()
    assert look() == "Stripe accepts the key (live), its webhook sends every event that is needed"


def test_one_that_tells_of_all_there_is_will_do(account: Account) -> None:
    account.add(enabled_events=["*"])
    assert "sends every event" in look()


@pytest.mark.parametrize("url", [None, "https://elsewhere.example/stripe/webhook", f"{HOME}/stripe"])
def test_without_one_that_leads_here_it_says_where_to(account: Account, url: str | None) -> None:
    if url:
        account.add(url=url)
    with pytest.raises(Problem, match=f"points to {ADDRESS}") as found:
        look()
    assert "ECHOES_STRIPE_WEBHOOK_SECRET" in found.value.advice


def test_one_that_is_switched_off_is_named(account: Account) -> None:
    """Stripe does so itself after days without an answer."""
    account.add(status="disabled")
    with pytest.raises(Problem, match="is disabled"):
        look()


def test_each_kind_that_is_missing_is_named(account: Account) -> None:
    chosen = sorted(NEEDED - {"refund.failed", "charge.dispute.closed"})
    account.add(enabled_events=chosen)
    with pytest.raises(Problem, match=r"does not send charge\.dispute\.closed, refund\.failed$"):
        look()


def test_two_halves_are_no_whole(account: Account) -> None:
    """Each signs with a secret of its own, and we know one of them."""
    kinds = sorted(NEEDED)
    account.add(enabled_events=kinds[:10])
    account.add(enabled_events=kinds[10:])
    with pytest.raises(Problem, match=", ".join(kinds[10:])):
        look()
    account.add(status="disabled", enabled_events=["*"])
    with pytest.raises(Problem):
        look()
    account.add()
    assert "sends every event" in look()


def test_what_a_restricted_key_may_not_read_stays_unknown(account: Account) -> None:
    account.is_restricted = True
    said = look()
    assert said.startswith("Stripe accepts the key, a restricted one")
    assert "may not read webhook endpoints" in said


def test_in_local_mode_and_for_workers_none_need_lead_here(account: Account) -> None:
    assert "stripe listen" in look(mode="local")
    assert look(role="worker") == "Stripe accepts the key (live)"


def test_old_names_of_events_are_handled_and_not_asked_for() -> None:
    assert set(HANDLERS) - NEEDED == {"charge.refund.updated"}
