"""PEM files of a key and its certificate chain.

Read with the reason why they cannot be used, written so that only their owner reads them.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from echoes.errors import InternalError

PEM = serialization.Encoding.PEM


class CertificateUnusable(InternalError):
    """For operators: what is wrong with a certificate or its key, and what to do about it."""

    code = "certificate_unusable"

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key and the chain of its certificate: its own first, then who issued it."""

    chain: tuple[x509.Certificate, ...]
    key: Any
    """One of `PrivateKeyTypes`."""

    @property
    def leaf(self) -> x509.Certificate:
        return self.chain[0]

    @property
    def expires(self) -> datetime:
        """When the first of the chain does."""
        return min(each.not_valid_after_utc for each in self.chain)

    @property
    def chain_pem(self) -> bytes:
        return b"".join(map(as_pem, self.chain))

    @property
    def leaf_pem(self) -> bytes:
        return as_pem(self.leaf)

    @property
    def pem(self) -> bytes:
        """All of it, for one file that nobody else may read."""
        return self.key_pem + self.chain_pem

    @property
    def key_pem(self) -> bytes:
        pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(PEM, pkcs8, plain)  # type: ignore[no-any-return]


def as_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(PEM)


def read_credential(certificate: Path, key: Path) -> Credential:
    """Raises CertificateUnusable: not there, not PEM, encrypted, or not of one another."""
    try:
        chain = tuple(x509.load_pem_x509_certificates(_bytes(certificate)))
    except ValueError as error:
        raise CertificateUnusable(
            f"{certificate} holds no certificate in PEM", "Convert it to PEM."
        ) from error
    credential = Credential(chain, _private_key(key))
    if _public(credential.key.public_key()) != _public(credential.leaf.public_key()):
        raise CertificateUnusable(
            f"{key} is not the key of {certificate}",
            "Set the key that it was requested with. Its own certificate comes first in its file.",
        )
    return credential


def _private_key(path: Path) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(_bytes(path), None)
    except TypeError as error:
        raise CertificateUnusable(
            f"{path} is encrypted", "Decrypt it, and let nobody but Echoes read it."
        ) from error
    except ValueError as error:
        raise CertificateUnusable(f"{path} holds no private key in PEM", "Convert it to PEM.") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateUnusable(
            f"{path} cannot be read: {error.strerror}", "Check the path, and who may read it."
        ) from error


def _public(key: Any) -> bytes:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(PEM, info)  # type: ignore[no-any-return]


def write_secret(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Whole or not at all, readable by its owner alone. Without `replace` the first of several wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    try:
        fresh.write_bytes(content)
        if replace:
            fresh.replace(path)
            return
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink(missing_ok=True)
