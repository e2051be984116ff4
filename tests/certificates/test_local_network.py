"""A local authority: what it vouches for, who believes it, and how its certificates are renewed."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from echoes.certificates import local_network
from echoes.certificates.authority import WEB_SERVER, issue
from echoes.certificates.local_network import AUTHORITY, PUBLIC_AUTHORITY, SERVER, certify, names_in, renew
from echoes.certificates.pem import CertificateUnusable, Credential, read_credential, write_secret
from echoes.models import now
from echoes.settings import Settings
from echoes.web.tls import ServerCertificate
from tests.support.servers.production import serve

NAMES = ("echoes.local", "localhost", "127.0.0.1")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    server = tmp_path / local_network.FOLDER / SERVER
    return Settings(data_dir=tmp_path, tls_certificate=str(server), tls_key=str(server))


@pytest.fixture
def folder(settings: Settings) -> Path:
    folder = settings.data_dir / local_network.FOLDER
    certify(folder, NAMES)
    return folder


def read(path: Path) -> Credential:
    return read_credential(path, path)


@contextmanager
def served(certificate: ServerCertificate) -> Iterator[str]:
    async def hello(_request: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    with serve(Starlette(routes=[Route("/", hello)]), tls=certificate.context) as address:
        yield address


def as_a_phone_that_trusts(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=folder / PUBLIC_AUTHORITY)


def test_who_trusts_the_authority_reaches_the_server_and_nobody_else(
    settings: Settings, folder: Path
) -> None:
    with served(ServerCertificate(settings)) as address:
        assert httpx.get(address, verify=as_a_phone_that_trusts(folder)).text == "hello"
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(address)


def test_a_new_certificate_is_served_without_a_restart(settings: Settings, folder: Path) -> None:
    certificate = ServerCertificate(settings)
    with served(certificate) as address:
        certify(folder, ["echoes.local"])
        certificate.look()
        with pytest.raises(httpx.ConnectError, match="not valid for"):
            httpx.get(address, verify=as_a_phone_that_trusts(folder))


def test_it_is_renewed_in_time_by_the_same_authority_for_the_same_names(folder: Path) -> None:
    root, moment = read(folder / AUTHORITY), now() - timedelta(days=WEB_SERVER.days - 10)
    assert not renew(folder)
    old = issue(root, WEB_SERVER, moment, [x509.DNSName("echoes.local")])
    write_secret(folder / SERVER, old.pem)
    assert renew(folder)
    fresh = read(folder / SERVER)
    assert fresh.expires > old.expires
    assert (names_in(fresh), fresh.chain[1]) == (["echoes.local"], root.leaf)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("example.com", "no name of a private network"),
        ("local.example.com", "no name of a private network"),
        ("8.8.8.8", "a public address"),
        ("2001:4860:4860::8888", "a public address"),
        ("echoes", "has no ending"),
        ("*.local", "no name of a private network"),
        ("a b.local", "no name of a private network"),
        ("", "no name of a private network"),
    ],
)
def test_it_vouches_for_private_names_alone(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(CertificateUnusable) as refused:
        certify(tmp_path / "certificates", [name])
    assert reason in refused.value.reason
    assert not (tmp_path / "certificates").exists()


def test_nobody_believes_the_authority_about_the_internet(folder: Path, settings: Settings) -> None:
    """Not even what its stolen key signs: the constraint stands in the root that phones trust."""
    stolen, names = read(folder / AUTHORITY), [x509.DNSName("bank.example"), x509.DNSName("localhost")]
    write_secret(folder / SERVER, issue(stolen, WEB_SERVER, now(), names).pem)
    with (
        served(ServerCertificate(settings)) as address,
        pytest.raises(httpx.ConnectError, match="permitted subtree violation"),
    ):
        httpx.get(address.replace("127.0.0.1", "localhost"), verify=as_a_phone_that_trusts(folder))


def test_keys_are_their_owners_alone(folder: Path) -> None:
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    assert b"PRIVATE KEY" not in (folder / PUBLIC_AUTHORITY).read_bytes()


def test_what_cannot_be_served_says_why(settings: Settings, folder: Path, tmp_path: Path) -> None:
    for content, reason in (
        (None, "cannot be read"),
        (b"no certificate", "holds no certificate"),
        (read(folder / AUTHORITY).chain_pem + b"-", "holds no private key"),
        (read(folder / SERVER).chain_pem + read(folder / AUTHORITY).key_pem, "is not the key of"),
    ):
        (folder / SERVER).unlink() if content is None else (folder / SERVER).write_bytes(content)
        with pytest.raises(CertificateUnusable) as refused:
            ServerCertificate(settings)
        assert reason in refused.value.reason
