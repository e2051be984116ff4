"""A certificate authority of the tests' own, and https by it: programs trust it as operators let them
(SSL_CERT_FILE), Chromium by the hash of the servers' key."""

import base64
import hashlib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from echoes.certificates.authority import WEB_SERVER, issue, make_authority
from echoes.certificates.pem import write_secret
from echoes.models import now


@dataclass(frozen=True)
class Authority:
    """Its certificate, that of all servers with the key, and the hash of that key (SPKI)."""

    file: Path
    server: Path
    spki: str

    @property
    def context(self) -> ssl.SSLContext:
        """For a server."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server)
        return context

    @property
    def trust(self) -> ssl.SSLContext:
        """For a client."""
        return ssl.create_default_context(cafile=self.file)

    @property
    def settings(self) -> dict[str, str]:
        """By which a program trusts it, and nobody else."""
        return {"SSL_CERT_FILE": str(self.file), "AWS_CA_BUNDLE": str(self.file)}


def make_tls(folder: Path, names: Iterable[str]) -> Authority:
    """Of names that all the internet knows, too, which `echoes certificate` refuses."""
    root = make_authority("Tests of Echoes", now())
    made = issue(root, WEB_SERVER, now(), [_general_name(name) for name in names])
    folder.mkdir(parents=True, exist_ok=True)
    write_secret(folder / "authority.crt", root.leaf_pem)
    write_secret(folder / "server.pem", made.pem)
    key = made.leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    spki = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return Authority(folder / "authority.crt", folder / "server.pem", spki)


def _general_name(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ip_address(name))
    return x509.DNSName(name)
