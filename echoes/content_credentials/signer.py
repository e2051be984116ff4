"""Signing credential of C2PA: set by settings, or made once and kept in the data folder, and renewed.

On PostgreSQL there may be many machines: they share their authority (`shared_authority`).
"""

from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import (
    BasicConstraints,
    ExtendedKeyUsage,
    ExtensionNotFound,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from echoes.certificates.authority import CONTENT_CREDENTIALS, issue, make_authority
from echoes.certificates.pem import CertificateUnusable, Credential, as_pem, read_credential, write_secret
from echoes.content_credentials import shared_authority
from echoes.models import now
from echoes.settings import Settings

FOLDER = "content-credentials"
AUTHORITY, SIGNER = "authority.pem", "signer.pem"
"""Each holds a key and its certificate chain."""
RENEWAL = timedelta(days=3650)
"""So long before it ends, ours is replaced: without a time stamp, what it signs is valid no longer."""
EARLY_WARNING = timedelta(days=30)
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
"""C2PA's own purpose."""
PURPOSES = {ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING, CLAIM_SIGNING}
"""One of these C2PA asks of a signer."""
CURVES = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}


def signing_credential(settings: Settings) -> Credential:
    """Raises CertificateUnusable."""
    if settings.c2pa_certificate:
        return read_credential(Path(settings.c2pa_certificate), Path(settings.c2pa_key))
    folder = settings.data_dir / FOLDER
    if not settings.is_sqlite:
        shared_authority.share(settings, folder / AUTHORITY, now())
    return _own(folder)


def has_own(settings: Settings) -> bool:
    return (settings.data_dir / FOLDER / SIGNER).exists()


def trusted_pem(settings: Settings) -> bytes:
    """Who vouches for what is signed here: our own authority, and the chain that the settings name."""
    folder = settings.data_dir / FOLDER
    own = b"".join(_read(path).leaf_pem for path in sorted(folder.glob("authority*.pem")))
    if not settings.is_sqlite and not (folder / AUTHORITY).exists():
        own += _certificate_in(shared_authority.stored(settings))
    if not settings.c2pa_certificate:
        return own
    return own + b"".join(map(as_pem, signing_credential(settings).chain))


def check(credential: Credential) -> None:
    """Raises CertificateUnusable for what C2PA would refuse, or refuses soon."""
    if credential.expires <= now():
        raise CertificateUnusable(
            f"the certificate has expired on {credential.expires:%-d %B %Y}",
            "Replace it: until then no film and no clip can be finished.",
        )
    if not _is_for_signing(credential):
        raise CertificateUnusable(
            "the certificate is not made for signing Content Credentials",
            "It needs the purpose of e-mail protection or of C2PA claim signing, and must be no authority.",
        )
    algorithm_of(credential)


def expires_soon(credential: Credential) -> bool:
    return credential.expires - now() < EARLY_WARNING


def algorithm_of(credential: Credential) -> bytes:
    """As C2PA calls it. Raises CertificateUnusable for a kind of key that it does not know."""
    key = credential.key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in CURVES:
        return CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return b"ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return b"ps256"
    raise CertificateUnusable(
        "the key is of a kind that Content Credentials do not know",
        "Use P-256, P-384, P-521, Ed25519 or RSA.",
    )


def _is_for_signing(credential: Credential) -> bool:
    extensions = credential.leaf.extensions
    try:
        purposes = set(extensions.get_extension_for_class(ExtendedKeyUsage).value)
    except ExtensionNotFound:
        return False
    try:
        is_authority = extensions.get_extension_for_class(BasicConstraints).value.ca
    except ExtensionNotFound:
        is_authority = False
    return not is_authority and bool(purposes & PURPOSES)


def _own(folder: Path) -> Credential:
    """The authority is made once; its signer is made again when its time is nearly over."""
    signer = folder / SIGNER
    if not (folder / AUTHORITY).exists():
        made = make_authority(shared_authority.TITLE, now(), years=shared_authority.YEARS)
        write_secret(folder / AUTHORITY, made.pem, replace=False)
    if signer.exists() and _is_of_use(found := _read(signer), _read(folder / AUTHORITY)):
        return found
    write_secret(signer, issue(_read(folder / AUTHORITY), CONTENT_CREDENTIALS, now()).pem)
    return _read(signer)


def _is_of_use(signer: Credential, authority: Credential) -> bool:
    is_fresh = signer.expires - now() > RENEWAL
    return is_fresh and signer.chain[-1] == authority.leaf


def _certificate_in(pem: bytes | None) -> bytes:
    """Of an authority, without its key."""
    return as_pem(load_pem_x509_certificates(pem)[0]) if pem else b""


def _read(path: Path) -> Credential:
    return read_credential(path, path)
