"""What `echoes doctor` says of the public address: with TLS, of this computer alone, or without TLS."""

import pytest

from echoes.commands import machine_checks, service_checks
from echoes.settings import Settings


@pytest.mark.parametrize(
    ("address", "said", "is_plain"),
    [
        ("https://echoes.example", "over https", False),
        ("https://192.168.1.20", "over https", False),
        ("http://localhost:3000", "for this computer alone", False),
        ("http://127.0.0.1:3000", "for this computer alone", False),
        ("http://192.168.1.20:3000", "neither passkeys nor buttons that copy", True),
        ("http://nas.local", "anybody in that network can read what is sent", True),
    ],
)
async def test_it_says_what_browsers_keep_without_tls(address: str, said: str, is_plain: bool) -> None:
    settings = Settings(mode="production", public_url=address)
    assert said in await machine_checks.address(settings)
    assert settings.is_plain_http is is_plain


async def test_it_says_how_people_come_in_without_a_sign_in_service() -> None:
    at_home = Settings(mode="production", sign_up="invited")
    assert "join by invitation" in await service_checks.sign_in(at_home)
    worker = at_home.model_copy(update={"role": "worker"})
    assert "through the web process" in await service_checks.sign_in(worker)
