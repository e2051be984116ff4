"""Settings of sign-in and sign-up: which ways in there are, and who may take one for the first time."""

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.settings.secret_strength import is_set
from echoes.settings.urls import LOCALHOST, host_of, is_https

if TYPE_CHECKING:
    from echoes.settings.fields import Settings


SignUp = Literal["open", "invited", "domains"]


class SignInSettings(BaseSettings):
    """A part of Settings."""

    model_config = SettingsConfigDict(env_prefix="ECHOES_")

    sign_in: str = "openid"
    """How people sign in, separated by commas: openid, passkey, email. Local mode asks for a name as well."""
    sign_up: SignUp = "open"
    """Who may join: `open`: everybody who can sign in. `invited`: people with an invitation. `domains`: those
    with a confirmed e-mail address of ECHOES_SIGN_UP_DOMAINS, and people with an invitation. People who are
    here always get in. Operators can change it on their pages."""
    sign_up_domains: str = ""
    """Such as example.org, separated by commas: what stands behind the @ of the addresses that may join."""
    oidc_issuer: str = "https://accounts.google.com"
    """Who lets people in: any OpenID provider, as its discovery document writes its issuer."""
    oidc_name: str = "Google"
    """What the sign-in button calls it."""
    oidc_client_id: str = ""
    """What the sign-in service gave you for Echoes."""
    oidc_client_secret: SecretStr = SecretStr("")
    """It comes with the client's id."""
    session_idle_days: int = Field(default=14, ge=1, le=400)
    """How many days a sign-in lasts without being used."""
    admin_emails: str = ""
    """Operators from their next sign-in on: e-mail addresses, separated by commas."""


OPENID, PASSKEY, EMAIL = "openid", "passkey", "email"
WAYS = (OPENID, PASSKEY, EMAIL)

_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*", re.ASCII
)


def domains_in(text: str) -> list[str]:
    """In small letters and without what stands before an @, as operators and settings name them."""
    entries = (entry.strip().lower().removeprefix("@") for entry in re.split(r"[\s,;]+", text))
    return list(dict.fromkeys(entry for entry in entries if entry))


def is_domain(name: str) -> bool:
    return _DOMAIN.fullmatch(name) is not None


def checks_of_sign_up(settings: "Settings") -> dict[str, bool]:
    """In every mode: sentences, and whether all is well with what they say."""
    domains = domains_in(settings.sign_up_domains)
    return {
        "ECHOES_SIGN_UP_DOMAINS must be set, because ECHOES_SIGN_UP is domains.": (
            settings.sign_up != "domains" or bool(domains)
        ),
        "ECHOES_SIGN_UP_DOMAINS must be domains of e-mail addresses, separated by commas, such as "
        "example.org.": all(map(is_domain, domains)),
        "ECHOES_SIGN_UP_DOMAINS is set, and ECHOES_SIGN_UP is open, which lets everybody join: set "
        "ECHOES_SIGN_UP=domains, or remove the domains.": settings.sign_up != "open" or not domains,
    }


def sign_in_ways(settings: "Settings") -> frozenset[str]:
    """Those that are switched on."""
    return frozenset(way.strip().lower() for way in settings.sign_in.split(",") if way.strip())


def checks_of_sign_in(settings: "Settings") -> dict[str, bool]:
    """Sentences, and whether all is well with what they say."""
    ways = sign_in_ways(settings)
    return {
        "ECHOES_SIGN_IN must be one or more of openid, passkey and email, separated by commas.": (
            bool(ways) and ways <= {*WAYS}
        ),
        "ECHOES_PUBLIC_URL must begin with https:// because ECHOES_SIGN_IN has passkey: browsers allow "
        "passkeys only there, and at http://localhost.": (
            PASSKEY not in ways or settings.public_url.startswith("https://") or _is_localhost(settings)
        ),
        "ECHOES_PUBLIC_URL must have a name because ECHOES_SIGN_IN has passkey: passkeys belong to a name, "
        "such as echoes.example, not to an IP address.": PASSKEY not in ways or not _is_number(settings),
        "ECHOES_SMTP_URL must be set because ECHOES_SIGN_IN has email: the link is sent by mail.": (
            EMAIL not in ways or bool(settings.smtp_url.get_secret_value().strip())
        ),
    }


def checks_of_openid(settings: "Settings") -> dict[str, bool]:
    """In production, where it is switched on. Only pages let people in; without a sign-in service invitations
    do."""
    if OPENID not in sign_in_ways(settings):
        return {}
    is_needed = settings.role != "worker" and settings.sign_up != "invited"
    client, secret = bool(settings.oidc_client_id.strip()), is_set(settings.oidc_client_secret)
    return {
        "ECHOES_OIDC_CLIENT_ID must be set: the provider gave it when Echoes was registered there. Without a "
        "sign-in service, set ECHOES_SIGN_UP=invited.": client or not (is_needed or secret),
        "ECHOES_OIDC_CLIENT_SECRET must be set: it comes with the client's id.": (
            secret or not (is_needed or client) or settings.role == "worker"
        ),
        "ECHOES_OIDC_ISSUER must begin with https:// and name a host.": is_https(settings.oidc_issuer),
    }


def _is_localhost(settings: "Settings") -> bool:
    host = host_of(settings.public_url) or ""
    return host == LOCALHOST or host.endswith(f".{LOCALHOST}")


def _is_number(settings: "Settings") -> bool:
    try:
        ip_address(host_of(settings.public_url) or "")
    except ValueError:
        return False
    return True
