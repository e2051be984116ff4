"""Ways to sign in and the mail server: each demands what it needs, and nothing of the others'."""

import pytest

from echoes.settings import Settings, load_settings
from echoes.settings.sections.mail import sender_of, smtp_server
from echoes.settings.sections.sign_in import sign_in_ways
from tests.settings.test_refusals import GOOD, give, refusal

PASSWORDS = ("hunter2", "p%40ss")
MAIL = {"SMTP_URL": "smtps://me:hunter2@mail.example:465", "MAIL_FROM": "Echoes <echoes@example.org>"}
NO_OPENID = {"OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": "", "OIDC_ISSUER": "nonsense"}
WAYS = "must be one or more of openid, passkey and email"
URL = "must look like smtp://user:password@host:587"

WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"SIGN_IN": ""}, "SIGN_IN", WAYS),
    ({"SIGN_IN": ","}, "SIGN_IN", WAYS),
    ({"SIGN_IN": "passkeys"}, "SIGN_IN", WAYS),
    ({"SIGN_IN": "openid,password"}, "SIGN_IN", WAYS),
    ({"SIGN_IN": "openid", "OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID", "must be set"),
    ({"SIGN_IN": "openid,passkey", "OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET", "must be set"),
    ({"SIGN_IN": "passkey", "PUBLIC_URL": "https://203.0.113.7"}, "PUBLIC_URL", "not to an IP address"),
    ({"SIGN_IN": "passkey", "PUBLIC_URL": "https://[2001:db8::1]"}, "PUBLIC_URL", "not to an IP address"),
    (
        {"SIGN_IN": "passkey", "PUBLIC_URL": "http://nas.local:3000"},
        "PUBLIC_URL",
        "because ECHOES_SIGN_IN has",
    ),
    ({"SIGN_IN": "email", "SMTP_URL": ""}, "SMTP_URL", "because ECHOES_SIGN_IN has email"),
    ({"SMTP_URL": "mail.example"}, "SMTP_URL", URL),
    ({"SMTP_URL": "https://mail.example"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://mail.example:0"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://mail.example:port"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://me@mail.example"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://me:hunter2@mail.example/box"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://me:hunter2@mail.example?tls=maybe"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtps://me:hunter2@mail.example?tls=none"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://me:hunter2@mail.example?x=1"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://me:hunter2@mail.example#x"}, "SMTP_URL", URL),
    ({"SMTP_URL": "smtp://me:hunter2@mail.example?tls=none"}, "SMTP_URL", "anybody on the way could read it"),
    ({"MAIL_FROM": ""}, "MAIL_FROM", "must be an e-mail address"),
    ({"MAIL_FROM": "Echoes"}, "MAIL_FROM", "must be an e-mail address"),
    ({"MAIL_FROM": "a@b@c"}, "MAIL_FROM", "must be an e-mail address"),
]


@pytest.mark.parametrize(("changes", "name", "sentence"), WRONG, ids=str)
def test_what_cannot_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], name: str, sentence: str
) -> None:
    give(monkeypatch, GOOD, MAIL, changes)
    said = refusal()
    assert [line for line in said if line.startswith(f"ECHOES_{name} ") and sentence in line]
    assert not any(password in line for line in said for password in PASSWORDS)


@pytest.mark.parametrize("ways", ["passkey", "email", "passkey,email", " Passkey , EMAIL "])
def test_what_is_switched_off_demands_nothing(monkeypatch: pytest.MonkeyPatch, ways: str) -> None:
    give(monkeypatch, GOOD, MAIL, NO_OPENID, {"SIGN_IN": ways})
    assert sign_in_ways(load_settings()) == {way.strip().lower() for way in ways.split(",")}


@pytest.mark.parametrize("address", ["http://localhost:3000", "http://echoes.localhost:3000"])
def test_on_ones_own_computer_passkeys_need_no_certificate(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    give(monkeypatch, {"SIGN_IN": "passkey", "PUBLIC_URL": address})
    assert load_settings().is_local


def test_by_default_people_sign_in_by_openid() -> None:
    assert sign_in_ways(Settings()) == {"openid"}


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, "starttls", "", "")),
        ("smtps://me:p%40ss@mail.example", ("mail.example", 465, "tls", "me", "p@ss")),
        ("smtp://127.0.0.1:25?tls=none", ("127.0.0.1", 25, "none", "", "")),
        ("smtp://me:x@localhost:25/?tls=none", ("localhost", 25, "none", "me", "x")),
        ("smtp://a%40b.c:p%3Aw@[2001:db8::1]:2525", ("2001:db8::1", 2525, "starttls", "a@b.c", "p:w")),
    ],
)
def test_an_address_is_taken_apart(
    monkeypatch: pytest.MonkeyPatch, address: str, server: tuple[str, int, str, str, str]
) -> None:
    give(monkeypatch, GOOD, MAIL, {"SMTP_URL": address})
    found = smtp_server(load_settings())
    assert found is not None
    assert (found.host, found.port, found.security, found.user, found.password) == server
    assert "p@ss" not in repr(found)


def test_the_sender_has_a_name() -> None:
    assert sender_of(Settings(mail_from="a@b.c")) == ("Echoes", "a@b.c")
    assert sender_of(Settings(mail_from="The Bests <a@b.c>")) == ("The Bests", "a@b.c")
