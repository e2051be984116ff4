"""Settings validation across fields: what keeps them from working together, or from being safe."""

import re
from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from echoes.settings.database_urls import checks_of_processes, problems_of_database
from echoes.settings.fields import Settings
from echoes.settings.secret_strength import SHORTEST_SECRET, is_set, is_weak_secret
from echoes.settings.sections.aws_lambda import checks_of_lambda
from echoes.settings.sections.backups import checks_of_backups
from echoes.settings.sections.certificates import checks_of_certificates
from echoes.settings.sections.mail import checks_of_mail
from echoes.settings.sections.payments import checks_of_payments, checks_of_shop
from echoes.settings.sections.s3 import checks_of_s3
from echoes.settings.sections.sign_in import checks_of_openid, checks_of_sign_in, checks_of_sign_up
from echoes.settings.trusted_proxies import problems_of_proxies
from echoes.settings.urls import (
    host_of,
    is_https,
    is_https_or_private,
    is_loopback,
    problems_of_origin,
)

ANYBODY = "must stay on this computer in local mode, where anybody can sign in as anybody."
REDIS = ("redis://", "rediss://", "unix://")


def problems_of(settings: Settings) -> list[str]:
    return [*_always(settings), *(_local(settings) if settings.is_local else _production(settings))]


def _always(settings: Settings) -> Iterator[str]:
    for name in ("database_url", "app_database_url"):
        if address := getattr(settings, name):
            yield from _named(name, problems_of_database(address))
    yield from _named("public_url", problems_of_origin(settings.public_url))
    yield from _said(
        {
            "ECHOES_REDIS_URL must begin with redis://, rediss:// or unix://.": (
                not settings.redis_url or settings.redis_url.startswith(REDIS)
            ),
            "ECHOES_ADMIN_EMAILS must be e-mail addresses, separated by commas.": all(
                "@" in entry for entry in settings.admin_emails.split(",") if entry.strip()
            ),
            "ECHOES_METRICS_TOKEN must hold a secret that nobody can guess: at least "
            f"{SHORTEST_SECRET} characters, such as `openssl rand -base64 48` prints.": (
                not is_set(settings.metrics_token)
                or not is_weak_secret(settings.metrics_token.get_secret_value())
            ),
            "ECHOES_METRICS_PORT must be another one than ECHOES_PORT.": (
                settings.role == "worker" or settings.metrics_port != settings.port
            ),
            "ECHOES_SENTRY_DSN must look like https://key@host/number.": (
                not is_set(settings.sentry_dsn) or _is_dsn(settings.sentry_dsn.get_secret_value().strip())
            ),
        }
        | checks_of_s3(settings)
        | checks_of_lambda(settings)
        | checks_of_backups(settings)
        | checks_of_certificates(settings)
        | checks_of_sign_up(settings)
        | checks_of_sign_in(settings)
        | checks_of_mail(settings)
        | checks_of_shop(settings)
    )
    yield from _provider_problems(settings)


def _local(settings: Settings) -> Iterator[str]:
    """Whatever leads here from elsewhere, such as a proxy, would let everybody in."""
    if not is_loopback(settings.host):
        yield f"ECHOES_HOST {ANYBODY}"
    if not is_loopback(host_of(settings.public_url)):
        yield f"ECHOES_PUBLIC_URL {ANYBODY} For others to come, set ECHOES_MODE to production."


def _production(settings: Settings) -> Iterator[str]:
    yield from _said(
        {
            f"ECHOES_SECRET_KEY must have at least {SHORTEST_SECRET} characters that nobody can guess, "
            "such as those that `openssl rand -base64 48` prints.": not is_weak_secret(
                settings.secret_key.get_secret_value()
            ),
            "ECHOES_PUBLIC_URL must begin with https://, unless its host is in a private network, such as "
            "http://192.168.1.20:3000 or http://nas.local.": (
                is_https_or_private(settings.public_url) or not host_of(settings.public_url)
            ),
            "ECHOES_RUNWAY_BASE_URL must begin with https:// and name a host.": is_https(
                settings.runway_base_url
            ),
            "ECHOES_FAL_BASE_URL must begin with https:// and name a host.": is_https(settings.fal_base_url),
        }
        | checks_of_processes(settings)
    )
    yield from _named("trusted_proxies", problems_of_proxies(settings.trusted_proxies))
    yield from _said(checks_of_payments(settings) | checks_of_openid(settings))


def _provider_problems(settings: Settings) -> Iterator[str]:
    """The key of the provider that is named here. One that operators choose later says so by itself."""
    keys = {
        "runway": ("ECHOES_RUNWAY_API_SECRET", settings.runway_api_secret),
        "fal": ("ECHOES_FAL_KEY", settings.fal_key),
    }
    name, secret = keys.get(settings.provider, ("", SecretStr("-")))
    if settings.role != "web" and not is_set(secret):
        yield f"{name} must be set, because ECHOES_PROVIDER is {settings.provider}."


def _is_dsn(address: str) -> bool:
    return re.fullmatch(r"https?://[^/@\s]+@[^/@\s]+/(?:\S+/)?\d+", address) is not None


def _named(field: str, problems: Iterator[str]) -> Iterator[str]:
    yield from (f"ECHOES_{field.upper()} {problem}" for problem in problems)


def _said(checks: Mapping[str, bool]) -> Iterator[str]:
    yield from (sentence for sentence, holds in checks.items() if not holds)
