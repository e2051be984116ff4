"""`echoes certificate`, and what the doctor says of certificates."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from echoes.certificates import local_network
from echoes.certificates.authority import CONTENT_CREDENTIALS, WEB_SERVER, Profile, issue, make_authority
from echoes.certificates.pem import write_secret
from echoes.commands import certificate_checks
from echoes.commands.certificate import make
from echoes.commands.findings import Problem
from echoes.models import now
from echoes.settings import Settings, get_settings
from tests.commands.conftest import Echoes


def https(settings: Settings) -> str:
    return asyncio.run(certificate_checks.https(settings))


def content_credentials(settings: Settings) -> str:
    return asyncio.run(certificate_checks.content_credentials(settings))


@pytest.fixture
def served(data_dir: Path) -> Settings:
    server = str(data_dir / local_network.FOLDER / local_network.SERVER)
    values = {"tls_certificate": server, "tls_key": server, "public_url": "https://echoes.local:3000"}
    return get_settings().model_copy(update=values)


@pytest.mark.slow
def test_it_says_what_to_set_and_what_to_do_on_phones(data_dir: Path, echoes: Echoes) -> None:
    made = echoes("certificate", "echoes.local", "192.168.1.20")
    assert made.returncode == 0, made.stderr
    assert f"ECHOES_TLS_CERTIFICATE={data_dir / 'certificates' / 'server.pem'}" in made.stdout
    assert "ECHOES_PUBLIC_URL=https://echoes.local:3000" in made.stdout
    assert "Certificate Trust Settings" in made.stdout
    refused = echoes("certificate", "example.com")
    assert refused.returncode == 1
    assert "Caddy" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_doctor_reads_what_is_served(served: Settings) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        https(served)
    make(served, ["echoes.local"], lambda _: None)
    assert https(served).startswith("served with a certificate for echoes.local, until ")
    with pytest.raises(Problem, match="pages are at elsewhere"):
        https(served.model_copy(update={"public_url": "https://elsewhere.local"}))
    assert https(get_settings()) == "http, which a proxy may make https of"


def test_the_doctor_warns_before_a_certificate_ends(served: Settings) -> None:
    moment = now() - timedelta(days=WEB_SERVER.days - 20)
    old = issue(make_authority("x", moment), WEB_SERVER, moment, [x509.DNSName("echoes.local")])
    write_secret(Path(served.tls_certificate), old.pem)
    with pytest.raises(Problem, match="ends on"):
        https(served)


@pytest.mark.parametrize(
    ("profile", "timestamp", "reason"),
    [
        (Profile("x", 20, CONTENT_CREDENTIALS.purpose), "http://time.example", "ends on"),
        (Profile("x", 300, CONTENT_CREDENTIALS.purpose), "", "until the certificate ends"),
        (WEB_SERVER, "http://time.example", "not made for signing"),
    ],
)
def test_the_doctor_reads_what_signs(
    data_dir: Path, tmp_path: Path, profile: Profile, timestamp: str, reason: str
) -> None:
    file = tmp_path / "bought.pem"
    write_secret(file, issue(make_authority("A company", now()), profile, now()).pem)
    values = {"c2pa_certificate": str(file), "c2pa_key": str(file), "c2pa_timestamp_url": timestamp}
    with pytest.raises(Problem, match=reason):
        content_credentials(get_settings().model_copy(update=values))
    assert "made when the first clip" in content_credentials(get_settings())
