"""Diagnostics of external services: the provider of clips, payments, sign-in, Redis."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

import stripe
from redis import Redis, RedisError
from sqlalchemy.exc import SQLAlchemyError

from echoes import providers
from echoes.accounts.openid import client as openid
from echoes.accounts.redirects import SignInFailed
from echoes.commands import stripe_endpoint
from echoes.commands.findings import Problem
from echoes.credits.payments import orders
from echoes.credits.payments import stripe as payment
from echoes.credits.payments.practice_checkout import WEBHOOK
from echoes.database import get_database
from echoes.mail.base import MailError
from echoes.mail.smtp import SmtpMailer
from echoes.processes.aws_lambda.function import LambdaFunction, LambdaUnusable
from echoes.providers import get_provider
from echoes.providers.base import AccountLimits, Model, Provider, ProviderError
from echoes.settings import MEGABYTE, Settings
from echoes.settings.sections.mail import smtp_server
from echoes.settings.sections.sign_in import EMAIL, PASSKEY, sign_in_ways
from echoes.settings.urls import host_of
from echoes.startup_checks import has_database
from echoes.text.formatting import pluralize

SECONDS = 15.0


async def provider(settings: Settings) -> str:
    """Reached as for a clip, and asked about our account. It makes nothing."""
    if settings.role == "web":
        return "the workers talk to it, not this process"
    try:
        chosen, model = await asyncio.to_thread(_active, settings)
        limits = await _limits(chosen, model)
    except ProviderError as error:
        cause = error.cause or error.sentence
        raise Problem(cause, "See docs/providers.md for its settings, or choose another one.") from error
    except TimeoutError as error:
        raise Problem("it does not answer", "Check its status page and this machine's network.") from error
    return f"{chosen.title}, {model.title}{_said(limits)}"


async def renderer(settings: Settings) -> str:
    """The function is asked what it is. It compiles nothing."""
    if settings.renderer == "machine":
        return "not used: workers compile films themselves"
    if settings.role == "web":
        return "the workers talk to it, not this process"
    try:
        function = LambdaFunction.of(settings)
        limits = await asyncio.to_thread(function.ask_limits)
    except LambdaUnusable as error:
        raise Problem(error.reason, f"{error.advice} Until then, workers make films.") from error
    if limits.state not in ("Active", "Pending", "Inactive"):
        raise Problem(f"{function.name} is {limits.state}", "See its page in the console of AWS for why.")
    if limits.bucket != settings.s3_bucket:
        raise Problem(
            f"{function.name} works on the bucket {limits.bucket!r}, and Echoes on {settings.s3_bucket!r}",
            "Deploy it with BucketName and BucketPrefix as Echoes has them (deploy/lambda/README.md).",
        )
    disk = f"{limits.disk_bytes // MEGABYTE} MB"
    return f"{function.name}, {limits.seconds:.0f} s, {disk} of /tmp, {limits.processors:.1f} processors"


def _active(settings: Settings) -> tuple[Provider, Model]:
    """What operators chose; without a database that can be read, what the settings say."""
    if has_database(settings):
        with suppress(SQLAlchemyError), get_database().reading() as session:
            return providers.active(session)
    chosen = get_provider(settings.provider)
    return chosen, chosen.models[0]


async def _limits(chosen: Provider, model: Model) -> AccountLimits | None:
    async with asyncio.timeout(SECONDS):
        with tempfile.TemporaryDirectory() as folder:
            async with chosen.connect(Path(folder)):  # Says so when there is no key.
                pass
        limits = await chosen.limits(model.name)
    if limits and limits.balance is not None and limits.balance <= 0:
        raise Problem(
            f"no credits are left at {chosen.title}", "Buy some there: until then, every clip will fail."
        )
    if limits and limits.daily is not None and (limits.used_today or 0) >= limits.daily:
        raise Problem(
            f"all {limits.daily} clips for today are used up",
            "Wait until tomorrow, or ask for a higher limit.",
        )
    return limits


def _said(limits: AccountLimits | None) -> str:
    if limits is None:
        return " (it says nothing about our account)"
    facts = [
        f"{limits.balance:g} of its credits left" if limits.balance is not None else "",
        f"{limits.concurrency} at once" if limits.concurrency is not None else "",
        f"{limits.used_today or 0} of {limits.daily} today" if limits.daily is not None else "",
    ]
    return "".join(f", {fact}" for fact in facts if fact)


async def payments(settings: Settings) -> str:
    if not settings.hears_stripe:
        if waiting := await asyncio.to_thread(_waiting_orders, settings):
            raise Problem(
                f"ECHOES_PAYMENTS is none, and {pluralize(waiting, 'purchase')} may still be paid at Stripe",
                "Set ECHOES_PAYMENTS=closing and Stripe's keys until they have ended.",
            )
        return "none: nothing is sold, and " + (
            "operators give credits" if settings.counts_credits else "every clip is free"
        )
    if not settings.has_shop and not payment.uses_stripe(settings):
        raise Problem(
            "ECHOES_PAYMENTS is closing, and no Stripe key is set",
            "Set ECHOES_STRIPE_SECRET_KEY, or ECHOES_PAYMENTS=none if nothing was sold.",
        )
    if payment.is_stand_in(settings):
        return "no Stripe key is set: the practice checkout is used, and no money is charged"
    if settings.role != "worker" and not payment.webhook_secret(settings):
        raise Problem(
            "ECHOES_STRIPE_WEBHOOK_SECRET is not set, so payments are noticed late",
            f"Create a webhook for {settings.public_url.rstrip('/')}{WEBHOOK} at Stripe and set its secret.",
        )
    try:
        async with payment.connected(settings, seconds=SECONDS) as client:
            said = await _key(client, settings)
            if settings.role == "worker":  # It need not know the address of the pages.
                return said
            return f"{said}, {await stripe_endpoint.examine(client, settings)}"
    except stripe.AuthenticationError as error:
        advice = "Set ECHOES_STRIPE_SECRET_KEY to the key of your account."
        raise Problem(f"Stripe does not accept the key: {error.user_message}", advice) from error
    except stripe.StripeError as error:
        advice = "Check status.stripe.com and this machine's network."
        raise Problem(f"Stripe does not answer: {error.user_message or error}", advice) from error


def _waiting_orders(settings: Settings) -> int:
    """Which somebody may be paying at this moment."""
    if has_database(settings):
        with suppress(SQLAlchemyError), get_database().reading() as session:
            return orders.under_way(session)
    return 0


async def _key(client: stripe.StripeClient, settings: Settings) -> str:
    is_test = "_test_" in settings.stripe_secret_key.get_secret_value()
    kind = "test mode, no money is charged" if is_test else "live"
    kind += "" if settings.has_shop else ", and nothing new is sold"
    try:
        await client.v1.balance.retrieve_async()
    except stripe.PermissionError:
        return f"Stripe accepts the key, a restricted one ({kind})"
    return f"Stripe accepts the key ({kind})"


async def sign_in(settings: Settings) -> str:
    others = _other_ways(settings)
    if not openid.is_configured(settings):
        if others:
            return others
        if settings.is_local:
            return "by name alone, in local mode"
        if settings.role == "worker":
            return "people sign in through the web process, not this one"
        return "no sign-in service is set: people join by invitation (`echoes invite`)"
    try:
        known = await asyncio.to_thread(openid.OidcClient, settings)  # reads certificates
        await known.begin("/")
    except SignInFailed as error:
        raise Problem(
            f"{settings.oidc_issuer} does not answer as an OpenID provider: {error.__cause__}",
            "Is ECHOES_OIDC_ISSUER exactly its address?",
        ) from error
    callback = f"{settings.public_url.rstrip('/')}{openid.CALLBACK}"
    return f"{settings.oidc_issuer} answers; register {callback} there{others and f'; also {others}'}"


def _other_ways(settings: Settings) -> str:
    ways, host = sign_in_ways(settings), host_of(settings.public_url)
    found = (f"passkeys of {host}" if PASSKEY in ways else "", "links by e-mail" if EMAIL in ways else "")
    return ", ".join(way for way in found if way)


async def mail(settings: Settings) -> str:
    """Signed in, and nothing sent."""
    server = smtp_server(settings)
    if server is None:
        return "not set: nobody is written to"
    try:
        return f"{await asyncio.to_thread(SmtpMailer(server).check)} answers"
    except MailError as error:
        raise Problem(error.reason, "Check ECHOES_SMTP_URL and this machine's network.") from error


async def redis(settings: Settings) -> str:
    if not settings.redis_url:
        return "not set, which is right for one web process"
    try:
        await asyncio.to_thread(_ping, settings.redis_url)
    except (RedisError, OSError, ValueError) as error:
        raise Problem(
            f"it does not answer: {error}", "Is it running, and is ECHOES_REDIS_URL right?"
        ) from error
    return "it answers"


def _ping(address: str) -> None:
    with Redis.from_url(address, socket_connect_timeout=SECONDS, socket_timeout=SECONDS) as client:
        client.ping()
