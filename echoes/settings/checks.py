"""Settings validation across fields: what keeps them from working together, or from being safe."""

import re
from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from echoes.settings.aws_lambda import checks_of_lambda
from echoes.settings.backups import checks_of_backups
from echoes.settings.database_urls import is_lesser_role, is_postgres, problems_of_database
from echoes.settings.fields import Settings
from echoes.settings.s3 import checks_of_s3
from echoes.settings.secret_strength import SHORTEST_SECRET, is_weak_secret
from echoes.settings.trusted_proxies import problems_of_proxies
from echoes.settings.urls import host_of, is_https, is_loopback, problems_of_origin

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
                not _is_set(settings.metrics_token)
                or not is_weak_secret(settings.metrics_token.get_secret_value())
            ),
            "ECHOES_METRICS_PORT must be another one than ECHOES_PORT.": (
                settings.role == "worker" or settings.metrics_port != settings.port
            ),
            "ECHOES_SENTRY_DSN must look like https://key@host/number.": (
                not _is_set(settings.sentry_dsn) or _is_dsn(settings.sentry_dsn.get_secret_value().strip())
            ),
        }
        | checks_of_s3(settings)
        | checks_of_lambda(settings)
        | checks_of_backups(settings)
    )
    yield from _provider_problems(settings)


def _local(settings: Settings) -> Iterator[str]:
    """Whatever leads here from elsewhere, such as a proxy, would let everybody in."""
    if not is_loopback(settings.host):
        yield f"ECHOES_HOST {ANYBODY}"
    if not is_loopback(host_of(settings.public_url)):
        yield f"ECHOES_PUBLIC_URL {ANYBODY} For others to come, set ECHOES_MODE to production."


def _production(settings: Settings) -> Iterator[str]:
    worker = settings.role == "worker"
    yield from _said(
        {
            f"ECHOES_SECRET_KEY must have at least {SHORTEST_SECRET} characters that nobody can guess, "
            "such as those that `openssl rand -base64 48` prints.": not is_weak_secret(
                settings.secret_key.get_secret_value()
            ),
            "ECHOES_PUBLIC_URL must begin with https://.": settings.public_url.startswith("https://"),
            "ECHOES_DATABASE_URL must name a PostgreSQL database: SQLite serves one machine in local mode.": (
                is_postgres(settings.database_url)
            ),
            "ECHOES_ROLE must be web or worker, each in a process of its own.": settings.role != "all",
            "ECHOES_APP_DATABASE_URL must name the same database, on the same host and port, with a second, "
            "lesser role (see docs/hosting.md).": (
                (worker and not settings.app_database_url)
                or is_lesser_role(settings.database_url, settings.app_database_url)
            ),
            "ECHOES_RUNWAY_BASE_URL must begin with https:// and name a host.": is_https(
                settings.runway_base_url
            ),
            "ECHOES_FAL_BASE_URL must begin with https:// and name a host.": is_https(settings.fal_base_url),
        }
    )
    yield from _named("trusted_proxies", problems_of_proxies(settings.trusted_proxies))
    yield from _said(_payment_checks(settings) | _sign_in_checks(settings))


def _sign_in_checks(settings: Settings) -> dict[str, bool]:
    """Only pages let people in."""
    worker = settings.role == "worker"
    return {
        "ECHOES_OIDC_CLIENT_ID must be set: the provider gave it when Echoes was registered there.": (
            worker or bool(settings.oidc_client_id.strip())
        ),
        "ECHOES_OIDC_CLIENT_SECRET must be set: it comes with the client's id.": (
            worker or _is_set(settings.oidc_client_secret)
        ),
        "ECHOES_OIDC_ISSUER must begin with https:// and name a host.": is_https(settings.oidc_issuer),
    }


def _payment_checks(settings: Settings) -> dict[str, bool]:
    """Jobs ask Stripe too; only pages are told by it."""
    key = settings.stripe_secret_key.get_secret_value().strip()
    is_test = "_test_" in key
    return {
        "ECHOES_STRIPE_SECRET_KEY must be set: it is the key of your Stripe account.": bool(key),
        "ECHOES_STRIPE_SECRET_KEY must be a secret key (sk_…) or a restricted one (rk_…).": (
            not key or key.startswith(("sk_", "rk_"))
        ),
        "ECHOES_STRIPE_SECRET_KEY is a test key, and test payments move no money: set the live one, or "
        "ECHOES_STRIPE_TEST_MODE=true if that is what you want.": not is_test or settings.stripe_test_mode,
        "ECHOES_STRIPE_TEST_MODE is on, and ECHOES_STRIPE_SECRET_KEY is a live key: money would move.": (
            not key or is_test or not settings.stripe_test_mode
        ),
        "ECHOES_STRIPE_WEBHOOK_SECRET must be set: it proves that events come from Stripe.": (
            settings.role == "worker" or _is_set(settings.stripe_webhook_secret)
        ),
        "ECHOES_STRIPE_API_URL must begin with https:// and name a host.": is_https(settings.stripe_api_url),
    }


def _provider_problems(settings: Settings) -> Iterator[str]:
    """The key of the provider that is named here. One that operators choose later says so by itself."""
    keys = {
        "runway": ("ECHOES_RUNWAY_API_SECRET", settings.runway_api_secret),
        "fal": ("ECHOES_FAL_KEY", settings.fal_key),
    }
    name, secret = keys.get(settings.provider, ("", SecretStr("-")))
    if settings.role != "web" and not _is_set(secret):
        yield f"{name} must be set, because ECHOES_PROVIDER is {settings.provider}."


def _is_dsn(address: str) -> bool:
    return re.fullmatch(r"https?://[^/@\s]+@[^/@\s]+/(?:\S+/)?\d+", address) is not None


def _is_set(secret: SecretStr) -> bool:
    return bool(secret.get_secret_value().strip())


def _named(field: str, problems: Iterator[str]) -> Iterator[str]:
    yield from (f"ECHOES_{field.upper()} {problem}" for problem in problems)


def _said(checks: Mapping[str, bool]) -> Iterator[str]:
    yield from (sentence for sentence, holds in checks.items() if not holds)
