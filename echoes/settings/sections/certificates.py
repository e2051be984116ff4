"""Settings of certificates: what serves https, and what signs films and clips (C2PA Content Credentials)."""

from typing import TYPE_CHECKING, Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.settings.urls import is_address

if TYPE_CHECKING:
    from echoes.settings.fields import Settings


class CertificateSettings(BaseSettings):
    """A part of Settings."""

    model_config = SettingsConfigDict(env_prefix="ECHOES_")

    tls_certificate: str = ""
    """A PEM file of the certificate that Echoes serves https with, its chain behind it, such as `echoes
    certificate` makes. Without it, http: then a proxy does https."""
    tls_key: str = ""
    """The PEM file of its key, not encrypted, which only Echoes may read."""
    c2pa_certificate: str = ""
    """A PEM file of the certificate that signs Content Credentials (C2PA) of films and clips, its chain
    behind it. Without it one is made and kept in the data folder; several machines should share one."""
    c2pa_key: str = ""
    """The PEM file of its key, not encrypted, which only Echoes may read."""
    c2pa_timestamp_url: str = ""
    """A time-stamp authority (RFC 3161) that says when a film was signed, such as
    http://timestamp.digicert.com. It gets a digest alone. Without it, the signature has no time."""
    generated_mark: Literal["choice", "always"] = "choice"
    """Whether the picture of a film says “AI” in a corner wherever a model generated the movement: `choice`:
    as each person wants it for their film. `always`: in every film."""


def checks_of_certificates(settings: "Settings") -> dict[str, bool]:
    """Sentences, and whether all is well with what they say. The files themselves `echoes doctor` reads."""
    return {
        "ECHOES_TLS_CERTIFICATE and ECHOES_TLS_KEY must both be set, or neither.": (
            bool(settings.tls_certificate) == bool(settings.tls_key)
        ),
        "ECHOES_PUBLIC_URL must begin with https://, because ECHOES_TLS_CERTIFICATE is set.": (
            not settings.tls_certificate or settings.public_url.startswith("https://")
        ),
        "ECHOES_C2PA_CERTIFICATE and ECHOES_C2PA_KEY must both be set, or neither.": (
            bool(settings.c2pa_certificate) == bool(settings.c2pa_key)
        ),
        "ECHOES_C2PA_TIMESTAMP_URL must begin with https:// or http:// and name a host.": (
            not settings.c2pa_timestamp_url or is_address(settings.c2pa_timestamp_url)
        ),
    }
