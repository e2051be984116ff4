"""Settings of payments: what is sold, and the keys of Stripe that selling needs."""

from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.settings.secret_strength import is_set
from echoes.settings.urls import is_https

if TYPE_CHECKING:
    from echoes.settings.fields import Settings


class PaymentSettings(BaseSettings):
    """A part of Settings."""

    model_config = SettingsConfigDict(env_prefix="ECHOES_")

    payments: Literal["stripe", "closing", "none"] = "stripe"
    """`stripe`: people buy credits. `closing`: nothing is sold any more, and purchases that were begun,
    refunds and disputes go on at Stripe. `none`: there is no shop and no Stripe; operators give credits,
    or clips are free (ECHOES_CREDITS)."""
    credits: Literal["counted", "free"] = "counted"
    """`counted`: clips cost credits. `free`: every clip is free, and nobody sees a credit."""
    stripe_secret_key: SecretStr = SecretStr("")
    """The key of your Stripe account. Without it local mode has a practice checkout."""
    stripe_webhook_secret: SecretStr = SecretStr("")
    """Proves that payment events come from Stripe."""
    stripe_api_url: str = "https://api.stripe.com"
    """Another address only for a stand-in."""
    stripe_test_mode: bool = False
    """That a test key is meant: then credits are given for payments that move no money."""


def checks_of_shop(settings: "Settings") -> dict[str, bool]:
    """What contradicts itself in every mode: sentences, and whether all is well with what they say."""
    return {
        "ECHOES_CREDITS is free, so there is nothing to sell: set ECHOES_PAYMENTS=none too, or closing while "
        "earlier purchases may still be paid or refunded.": settings.counts_credits or not settings.has_shop,
        "ECHOES_STRIPE_SECRET_KEY is set, and ECHOES_PAYMENTS is none: remove one of them.": (
            settings.hears_stripe or not is_set(settings.stripe_secret_key)
        ),
        "ECHOES_STRIPE_WEBHOOK_SECRET is set, and ECHOES_PAYMENTS is none: remove one of them.": (
            settings.hears_stripe or not is_set(settings.stripe_webhook_secret)
        ),
    }


def checks_of_payments(settings: "Settings") -> dict[str, bool]:
    """In production. Jobs ask Stripe too; only pages are told by it."""
    if not settings.hears_stripe:
        return {}
    key = settings.stripe_secret_key.get_secret_value().strip()
    is_test = "_test_" in key
    return {
        "ECHOES_STRIPE_SECRET_KEY must be set: it is the key of your Stripe account. To sell nothing, set "
        "ECHOES_PAYMENTS=none.": bool(key),
        "ECHOES_STRIPE_SECRET_KEY must be a secret key (sk_…) or a restricted one (rk_…).": (
            not key or key.startswith(("sk_", "rk_"))
        ),
        "ECHOES_STRIPE_SECRET_KEY is a test key, and test payments move no money: set the live one, or "
        "ECHOES_STRIPE_TEST_MODE=true if that is what you want.": not is_test or settings.stripe_test_mode,
        "ECHOES_STRIPE_TEST_MODE is on, and ECHOES_STRIPE_SECRET_KEY is a live key: money would move.": (
            not key or is_test or not settings.stripe_test_mode
        ),
        "ECHOES_STRIPE_WEBHOOK_SECRET must be set: it proves that events come from Stripe.": (
            settings.role == "worker" or is_set(settings.stripe_webhook_secret)
        ),
        "ECHOES_STRIPE_API_URL must begin with https:// and name a host.": is_https(settings.stripe_api_url),
    }
