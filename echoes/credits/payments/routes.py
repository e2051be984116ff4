"""POST /stripe/webhook: the webhook route; what comes is signed, so it may come from anywhere."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from echoes.credits.payments import webhook
from echoes.credits.payments.practice_checkout import WEBHOOK
from echoes.credits.payments.stripe import webhook_secret
from echoes.errors import BadInput, EchoesError, NotFound
from echoes.settings import get_settings

LARGEST_EVENT = 512 * 1024


class WebhookClosed(EchoesError):
    status = 503
    code = "webhook_closed"

    def __init__(self) -> None:
        super().__init__("Closed: ECHOES_STRIPE_WEBHOOK_SECRET is not set.")


class EventTooLarge(BadInput):
    status = 413
    code = "event_too_large"

    def __init__(self) -> None:
        super().__init__("Larger than any event.")


class NotHandled(EchoesError):
    code = "event_not_handled"

    def __init__(self) -> None:
        super().__init__("Stored but not handled: please deliver it again.")


async def stripe_webhook(request: Request) -> Response:
    settings = get_settings()
    if not settings.hears_stripe:
        raise NotFound
    secret = await asyncio.to_thread(webhook_secret, settings)
    if not secret:
        raise WebhookClosed
    body = await _read(request)
    webhook.verify(body, request.headers.get("stripe-signature"), secret)
    if not await webhook.receive_signed(settings, body):
        raise NotHandled
    return PlainTextResponse("Thank you.")


async def _read(request: Request) -> bytes:
    """The bytes as they were signed."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_EVENT:
            raise EventTooLarge
    return bytes(body)


routes = [Route(WEBHOOK, stripe_webhook, methods=["POST"])]
