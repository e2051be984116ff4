"""Diagnostics of certificates: what signs Content Credentials, and what serves https."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from echoes.certificates import local_network
from echoes.certificates.pem import CertificateUnusable, Credential, read_credential
from echoes.commands.findings import Problem
from echoes.content_credentials import signer
from echoes.models import now
from echoes.settings import Settings
from echoes.settings.urls import host_of
from echoes.text.formatting import full_date

EARLY_WARNING = timedelta(days=25)
"""Ours are renewed a little earlier."""


async def content_credentials(settings: Settings) -> str:
    """The certificate is read, and nothing is signed."""
    if settings.role == "web":
        return "the workers sign films and clips, not this process"
    if not settings.c2pa_certificate and not signer.has_own(settings):
        return "a key is made when the first clip is signed, and kept in the data folder"
    try:
        credential = await asyncio.to_thread(signer.signing_credential, settings)
        signer.check(credential)
    except CertificateUnusable as error:
        raise Problem(error.reason, error.advice) from error
    except SQLAlchemyError as error:
        reason = "the authority that all machines share cannot be read from the database"
        raise Problem(reason, "The line about the database says more.") from error
    return _said(credential, settings)


async def https(settings: Settings) -> str:
    """The files are read as the server reads them, and the address is looked for in them."""
    if not settings.tls_certificate:
        return (
            "http, which a proxy may make https of" if settings.role != "worker" else "workers serve no pages"
        )
    try:
        paths = Path(settings.tls_certificate), Path(settings.tls_key)
        credential = await asyncio.to_thread(read_credential, *paths)
    except CertificateUnusable as error:
        raise Problem(error.reason, error.advice) from error
    until, host = full_date(credential.expires), host_of(settings.public_url) or ""
    if credential.expires - now() < EARLY_WARNING:
        again = "Make a new one: `echoes certificate`, or where you got it from."
        raise Problem(f"the certificate ends on {until}", again)
    if not local_network.covers(credential, host):
        names = ", ".join(local_network.names_in(credential))
        again = f"Make it again with that name: `echoes certificate {host}`."
        raise Problem(f"the certificate is for {names}, and pages are at {host}", again)
    return f"served with a certificate for {', '.join(local_network.names_in(credential))}, until {until}"


def _said(credential: Credential, settings: Settings) -> str:
    if signer.expires_soon(credential):
        raise Problem(
            f"the certificate ends on {full_date(credential.expires)}",
            "Replace it in time: from then on no film and no clip can be finished.",
        )
    if settings.c2pa_certificate and not settings.c2pa_timestamp_url:
        raise Problem(
            f"films are valid until the certificate ends, on {full_date(credential.expires)}",
            "Set ECHOES_C2PA_TIMESTAMP_URL, so that they stay valid after that.",
        )
    whose = "the certificate of the settings" if settings.c2pa_certificate else "a certificate of our own"
    return f"films and clips are signed with {whose}, until {full_date(credential.expires)}"
