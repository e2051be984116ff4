"""What a provider says is believed only when it is signed, meant for us, and about one person."""

from typing import Any

import pytest

from echoes.accounts.openid import login_attempts
from echoes.accounts.openid.login_attempts import LoginAttempt
from echoes.database import Database
from echoes.settings import get_settings
from tests.accounts.signing_in import problem_of, sign_in, through, users
from tests.support.sign_in.openid_providers import (
    CALLBACK,
    LyingProvider,
    SigningIn,
    go_through,
    query_of,
    use_provider,
    wire,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("confirmed", [False, None, "false", 1, "yes"])
def test_an_address_that_is_not_confirmed_lets_nobody_in(signing_in: SigningIn, confirmed: object) -> None:
    assert problem_of(sign_in(signing_in, email_verified=confirmed)) == "unverified"


@pytest.mark.parametrize("email", [None, "", "no address"])
def test_without_an_address_nobody_comes_in(signing_in: SigningIn, email: object) -> None:
    assert problem_of(sign_in(signing_in, email=email)) == "email"


def test_a_service_that_is_no_provider_is_not_trusted(
    signing_in: SigningIn, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_provider(f"{lying.issuer}/nothing", monkeypatch)
    assert problem_of(signing_in.start()) == "provider"
    use_provider(lying.issuer.replace("localhost", "127.0.0.1"), monkeypatch)  # it calls itself localhost
    assert problem_of(signing_in.start()) == "untrusted"


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "another-app"}},
    "another audience, but authorised for us": {"claims": {"aud": "another-app", "azp": "echoes"}},
    "another audience beside us": {"claims": {"aud": ["echoes", "another-app"], "azp": "echoes"}},
    "no audience": {"without": ["aud"]},
    "another nonce": {"claims": {"nonce": "replayed"}},
    "no nonce": {"without": ["nonce"]},
    "over long ago": {"claims": {"exp": 1_000_000_000}},
    "without an end": {"without": ["exp"]},
    "not begun": {"claims": {"nbf": 4_000_000_000}},
    "made in the future": {"claims": {"iat": 4_000_000_000}},
    "nobody": {"without": ["sub"]},
    "unsigned": {"header": "none"},
    "signed with the secret that we know too": {"header": "HS256"},
    "no token": {"withoutToken": True},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_lets_nobody_in(
    signing_in: SigningIn, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch, database: Database, lie: str
) -> None:
    use_provider(lying.issuer, monkeypatch)
    assert through(signing_in).headers["location"] == "/films", "honest, it lets people in"
    signing_in.client.cookies.clear()
    lying.tell(**LIES[lie])
    before = len(users(database))
    assert problem_of(through(signing_in)) == "untrusted"
    assert len(users(database)) == before


def test_an_unconfirmed_address_in_a_good_token_lets_nobody_in(
    signing_in: SigningIn, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_provider(lying.issuer, monkeypatch)
    lying.tell(claims={"email_verified": False})
    assert problem_of(through(signing_in)) == "unverified"


def test_details_of_somebody_else_are_refused(
    signing_in: SigningIn, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_provider(lying.issuer, monkeypatch)
    details = {"email": "boss@example.org", "email_verified": True}
    lying.tell(without=["email", "email_verified"], userinfo={"sub": "somebody else", **details})
    assert problem_of(through(signing_in)) == "untrusted"
    lying.tell(without=["email", "email_verified"], userinfo={"sub": "rosa", **details})
    assert through(signing_in).headers["location"] == "/films"


def test_one_answer_does_not_confirm_the_address_of_another(
    signing_in: SigningIn, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_provider(lying.issuer, monkeypatch)
    details = {"sub": "rosa", "email": "boss@example.org", "email_verified": False}
    lying.tell(without=["email"], claims={"email_verified": True}, userinfo=details)
    assert problem_of(through(signing_in)) == "unverified"


def test_a_provider_that_enforces_pkce_lets_us_in(
    signing_in: SigningIn, strict_issuer: str, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    use_provider(strict_issuer, monkeypatch)
    answer = signing_in.come_back(go_through(signing_in.start().headers["location"]))
    assert answer.headers["location"] == "/films"
    assert [(user.subject, user.email) for user in users(database)] == [("rosa", "rosa@example.org")]


def test_a_code_is_worth_nothing_without_the_verifier(
    signing_in: SigningIn, strict_issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code that somebody read on its way."""
    use_provider(strict_issuer, monkeypatch)
    start = signing_in.start().headers["location"]
    back = go_through(start)
    (name,) = signing_in.cookies
    asked = query_of(start)
    serializer = login_attempts._serializer(get_settings())
    guess = LoginAttempt(asked["state"], asked["nonce"], "a" * 48, "/films")
    signing_in.client.cookies.clear()
    signing_in.client.cookies.set(
        name, serializer.dumps({f: getattr(guess, f) for f in LoginAttempt.__slots__})
    )
    assert problem_of(signing_in.come_back(back)) == "untrusted"


def test_without_pkce_that_provider_would_refuse(strict_issuer: str) -> None:
    """Else the tests above would prove nothing."""
    asked = {"client_id": "echoes", "response_type": "code", "scope": "openid", "redirect_uri": CALLBACK}
    answer = wire().get(f"{strict_issuer}/auth", params=asked | {"state": "1"})
    assert query_of(answer.headers["location"])["error"] == "invalid_request"
    assert "PKCE" in query_of(answer.headers["location"])["error_description"]
