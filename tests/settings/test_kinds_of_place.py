"""Kinds of place: at home, a family's server, a service that sells. What contradicts itself is refused, all
at once and in sentences."""

import pytest

from echoes.settings import Settings, load_settings
from tests.settings.test_refusals import GOOD, give, refusal

KEY = GOOD["SECRET_KEY"]
HOME = {"PAYMENTS": "none", "CREDITS": "free"}
LAN = {
    "MODE": "production", "SECRET_KEY": KEY, "PUBLIC_URL": "http://192.168.1.20:3000", "SIGN_UP": "invited",
    "PAYMENTS": "none",
}  # fmt: skip
FAMILY = LAN | {
    "PUBLIC_URL": "https://echoes.example", "OIDC_CLIENT_ID": "echoes", "OIDC_CLIENT_SECRET": "secret",
    "TRUSTED_PROXIES": "127.0.0.1",
}  # fmt: skip
SERVICE = GOOD
POSTGRES = {"DATABASE_URL": GOOD["DATABASE_URL"], "APP_DATABASE_URL": GOOD["APP_DATABASE_URL"]}
BY_OIDC = {"OIDC_CLIENT_ID": "echoes", "OIDC_CLIENT_SECRET": "secret"}

Wrong = tuple[dict[str, str], dict[str, str], list[str]]

WRONG: list[Wrong] = [
    # What contradicts itself, on one's own computer too.
    (HOME, {"PAYMENTS": "stripe"}, ["ECHOES_CREDITS is free, so there is nothing to sell"]),
    ({}, {"PAYMENTS": ""}, ["ECHOES_PAYMENTS must be stripe, closing or none"]),
    (HOME, {"CREDITS": "gratis"}, ["ECHOES_CREDITS must be counted or free"]),
    ({}, {"PAYMENTS": "paypal"}, ["ECHOES_PAYMENTS must be stripe, closing or none"]),
    (HOME, {"STRIPE_SECRET_KEY": "sk_test_1"}, ["ECHOES_STRIPE_SECRET_KEY is set, and ECHOES_PAYMENTS is"]),
    (HOME, {"STRIPE_WEBHOOK_SECRET": "whsec_1"}, ["ECHOES_STRIPE_WEBHOOK_SECRET is set, and"]),
    (
        HOME,
        {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"},
        ["ECHOES_STRIPE_SECRET_KEY is set", "ECHOES_STRIPE_WEBHOOK_SECRET is set"],
    ),
    (HOME, {"SIGN_UP": "friends"}, ["ECHOES_SIGN_UP must be open, invited or domains"]),
    (HOME, {"SIGN_UP": "domains"}, ["ECHOES_SIGN_UP_DOMAINS must be set"]),
    (HOME, {"SIGN_UP_DOMAINS": "example.org"}, ["ECHOES_SIGN_UP_DOMAINS is set, and ECHOES_SIGN_UP is open"]),
    (HOME, {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": "example"}, ["ECHOES_SIGN_UP_DOMAINS must be domains"]),
    (HOME, {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": "a@b.org"}, ["ECHOES_SIGN_UP_DOMAINS must be domains"]),
    (HOME, {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": "*.b.org"}, ["ECHOES_SIGN_UP_DOMAINS must be domains"]),
    (HOME, {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": ",;"}, ["ECHOES_SIGN_UP_DOMAINS must be set"]),
    (HOME, {"HOST": "192.168.1.20"}, ["ECHOES_HOST must stay on this computer in local mode"]),
    (
        HOME,
        {"HOST": "192.168.1.20", "PUBLIC_URL": "http://192.168.1.20:3000", "SIGN_UP": "invited"},
        ["ECHOES_HOST must stay", "ECHOES_PUBLIC_URL must stay"],
    ),
    # In a network at home: nobody signs in by a name alone there.
    (LAN, {"SECRET_KEY": ""}, ["ECHOES_SECRET_KEY must have at least 32 characters"]),
    (LAN, {"PUBLIC_URL": ""}, ["ECHOES_PUBLIC_URL must name a host"]),
    (LAN, {"PUBLIC_URL": "http://203.0.113.7:3000"}, ["ECHOES_PUBLIC_URL must begin with https://, unless"]),
    (LAN, {"PUBLIC_URL": "http://echoes.example"}, ["ECHOES_PUBLIC_URL must begin with https://, unless"]),
    (LAN, {"PUBLIC_URL": "http://local.example"}, ["ECHOES_PUBLIC_URL must begin with https://, unless"]),
    (LAN, {"PUBLIC_URL": "http://[2001:db8::1]:3000"}, ["ECHOES_PUBLIC_URL must begin with https://"]),
    (LAN, {"PUBLIC_URL": "http://192.168.1.20:3000/films"}, ["ECHOES_PUBLIC_URL must end with the host"]),
    (LAN, {"PUBLIC_URL": "http://me:x@nas.local"}, ["ECHOES_PUBLIC_URL must not contain a user name"]),
    (LAN, {"PUBLIC_URL": "ftp://nas.local"}, ["ECHOES_PUBLIC_URL must begin with https://, unless"]),
    (LAN, {"SIGN_UP": "open"}, ["ECHOES_OIDC_CLIENT_ID must be set", "ECHOES_OIDC_CLIENT_SECRET must be"]),
    (
        LAN,
        {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": "example.org"},
        ["ECHOES_OIDC_CLIENT_ID must be set", "ECHOES_OIDC_CLIENT_SECRET must be"],
    ),
    (LAN, {"ROLE": "web"}, ["ECHOES_DATABASE_URL must name a PostgreSQL database, because",
                            "ECHOES_APP_DATABASE_URL must name the same database"]),
    (LAN, {"ROLE": "worker"}, ["ECHOES_DATABASE_URL must name a PostgreSQL database, because"]),
    (LAN, {"APP_DATABASE_URL": POSTGRES["APP_DATABASE_URL"]}, ["ECHOES_APP_DATABASE_URL must name the same"]),
    (LAN, {"DATABASE_URL": "sqlite://"}, ["ECHOES_DATABASE_URL must name a file"]),
    (LAN, {"PAYMENTS": "stripe"}, ["ECHOES_STRIPE_SECRET_KEY must be set", "ECHOES_STRIPE_WEBHOOK_SECRET"]),
    (
        LAN,
        {"PAYMENTS": "stripe", "CREDITS": "free"},
        ["ECHOES_CREDITS is free", "ECHOES_STRIPE_SECRET_KEY must", "ECHOES_STRIPE_WEBHOOK_SECRET must"],
    ),
    (LAN, {"PROVIDER": "runway"}, ["ECHOES_RUNWAY_API_SECRET must be set"]),
    (LAN, {"PROVIDER": "fal"}, ["ECHOES_FAL_KEY must be set"]),
    (LAN, {"STORAGE": "s3"}, ["ECHOES_S3_BUCKET must be set"]),
    # A small server that the internet reaches.
    (FAMILY, {"OIDC_CLIENT_SECRET": ""}, ["ECHOES_OIDC_CLIENT_SECRET must be set"]),
    (FAMILY, {"OIDC_CLIENT_ID": ""}, ["ECHOES_OIDC_CLIENT_ID must be set"]),
    (FAMILY, {"OIDC_ISSUER": "http://id.example"}, ["ECHOES_OIDC_ISSUER must begin with https://"]),
    (FAMILY, {"PUBLIC_URL": "http://echoes.example"}, ["ECHOES_PUBLIC_URL must begin with https://, unless"]),
    (FAMILY, {"TRUSTED_PROXIES": "caddy"}, ["ECHOES_TRUSTED_PROXIES must name addresses"]),
    (FAMILY, {"SIGN_UP": "domains"}, ["ECHOES_SIGN_UP_DOMAINS must be set"]),
    (FAMILY, {"STRIPE_SECRET_KEY": "sk_live_1"}, ["ECHOES_STRIPE_SECRET_KEY is set, and ECHOES_PAYMENTS is"]),
    (FAMILY, POSTGRES, ["ECHOES_ROLE must be web or worker"]),
    (FAMILY, {"DATABASE_URL": POSTGRES["DATABASE_URL"], "ROLE": "web"}, ["ECHOES_APP_DATABASE_URL must"]),
    (FAMILY, {"RENDERER": "lambda"}, ["ECHOES_LAMBDA_FUNCTION must be set", "ECHOES_STORAGE must be s3"]),
    # A service that sells.
    (SERVICE, {"ROLE": "all"}, ["ECHOES_ROLE must be web or worker"]),
    (SERVICE, {"DATABASE_URL": "", "APP_DATABASE_URL": ""}, ["ECHOES_DATABASE_URL must name a PostgreSQL",
                                                             "ECHOES_APP_DATABASE_URL must name"]),
    (SERVICE, {"STRIPE_SECRET_KEY": ""}, ["ECHOES_STRIPE_SECRET_KEY must be set: it is"]),
    (SERVICE, {"STRIPE_WEBHOOK_SECRET": ""}, ["ECHOES_STRIPE_WEBHOOK_SECRET must be set"]),
    (SERVICE, {"OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""}, ["ECHOES_OIDC_CLIENT_ID must be set",
                                                                 "ECHOES_OIDC_CLIENT_SECRET must be set"]),
    (SERVICE, {"CREDITS": "free"}, ["ECHOES_CREDITS is free, so there is nothing to sell"]),
    (SERVICE, {"PAYMENTS": "none"}, ["ECHOES_STRIPE_SECRET_KEY is", "ECHOES_STRIPE_WEBHOOK_SECRET is"]),
    (SERVICE, {"PAYMENTS": "closing", "STRIPE_SECRET_KEY": ""}, ["ECHOES_STRIPE_SECRET_KEY must be set"]),
    (LAN, {"PAYMENTS": "closing"}, ["ECHOES_STRIPE_SECRET_KEY must", "ECHOES_STRIPE_WEBHOOK_SECRET must"]),
    (SERVICE, {"STRIPE_TEST_MODE": "true"}, ["ECHOES_STRIPE_TEST_MODE is on, and"]),
]  # fmt: skip
FINE: list[tuple[dict[str, str], dict[str, str]]] = [
    ({}, {}),
    ({}, HOME),
    ({}, {"PAYMENTS": "none"}),
    ({}, {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": "@Example.org, family.example"}),
    (LAN, {}),
    (LAN, {"HOST": "192.168.1.20"}),
    (LAN, {"CREDITS": "free"}),
    (LAN, {"PUBLIC_URL": "http://nas.local:3000"}),
    (LAN, {"PUBLIC_URL": "http://nas"}),
    (LAN, {"PUBLIC_URL": "http://echoes.home.arpa"}),
    (LAN, {"PUBLIC_URL": "http://[fd00::20]:3000"}),
    (LAN, {"PUBLIC_URL": "http://100.101.102.103:3000"}),
    (LAN, {"PUBLIC_URL": "https://192.168.1.20"}),
    (FAMILY, {}),
    (FAMILY, {"SIGN_UP": "open"}),
    (FAMILY, {"SIGN_UP": "domains", "SIGN_UP_DOMAINS": "example.org"}),
    (FAMILY, POSTGRES | {"ROLE": "web"}),
    (FAMILY, {"STORAGE": "s3", "S3_BUCKET": "echoes"}),
    (FAMILY, {"REDIS_URL": "redis://localhost"}),
    (SERVICE, {}),
    (SERVICE, {"PAYMENTS": "closing"}),
    (SERVICE, {"PAYMENTS": "closing", "CREDITS": "free"}),
    (SERVICE, {"SIGN_UP": "invited", "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""}),
    (SERVICE, {"PAYMENTS": "none", "STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}),
]


@pytest.mark.parametrize(("place", "change", "sentences"), WRONG)
def test_a_contradiction_is_refused_in_sentences(
    monkeypatch: pytest.MonkeyPatch, place: dict[str, str], change: dict[str, str], sentences: list[str]
) -> None:
    """Those and no others, each of which ends."""
    give(monkeypatch, place, change)
    said = refusal()
    assert [
        line[: len(sentence)] for line, sentence in zip(sorted(said), sorted(sentences), strict=True)
    ] == (sorted(sentences))
    assert all(line.endswith(".") for line in said)


@pytest.mark.parametrize(("place", "change"), FINE)
def test_a_kind_of_place_starts(
    monkeypatch: pytest.MonkeyPatch, place: dict[str, str], change: dict[str, str]
) -> None:
    give(monkeypatch, place, change)
    assert isinstance(load_settings(), Settings)


def test_production_on_one_machine_needs_no_more_than_this(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, LAN)
    settings = load_settings()
    assert (settings.is_local, settings.is_sqlite, settings.role) == (False, True, "all")
    assert not settings.has_shop
    assert settings.counts_credits
