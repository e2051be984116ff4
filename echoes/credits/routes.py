"""POST /stripe/webhook: what comes is signed, so it may come from anywhere."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from echoes.credits import webhook
from echoes.credits.local_checkout import WEBHOOK
from echoes.credits.stripe import webhook_secret
from echoes.settings import get_settings

LARGEST_EVENT = 512 * 1024
UNAVAILABLE = 503


async def stripe_webhook(request: Request) -> Response:
    settings = get_settings()
    secret = await asyncio.to_thread(webhook_secret, settings)
    if not secret:
        return PlainTextResponse("Closed: ECHOES_STRIPE_WEBHOOK_SECRET is not set.", UNAVAILABLE)
    body = await _read(request)
    if body is None:
        return PlainTextResponse("Larger than any event.", 413)
    try:
        webhook.verify(body, request.headers.get("stripe-signature"), secret)
    except webhook.BadEvent as problem:
        return PlainTextResponse(f"Refused: {problem}.", 400)
    if not await webhook.receive_signed(settings, body):
        return PlainTextResponse("Stored but not handled: please deliver it again.", 500)
    return PlainTextResponse("Thank you.")


async def _read(request: Request) -> bytes | None:
    """The bytes as they were signed; None when they are too many."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_EVENT:
            return None
    return bytes(body)


routes = [Route(WEBHOOK, stripe_webhook, methods=["POST"])]
