"""The recipes of docs/hosting.md, walked: from their lines in .env over the migrated database and the first
operator's invitation to somebody who is signed in, over the app's own routes."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE, cookie_name
from echoes.accounts.invitations.service import InvitationTerms
from echoes.accounts.routes import routes
from echoes.commands import people
from echoes.credits.ledger import balance_of
from echoes.database import get_database
from echoes.models import Role, User
from echoes.settings import get_settings
from tests.settings.test_recipes import filled_in
from tests.support.databases.fresh import forget, migrate
from tests.support.servers.application import application
from tests.support.servers.tls import make_tls
from tests.support.sign_in.openid_providers import let_in, provider_with_tls


@pytest.fixture
def data_folder(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Without what tests set for all."""
    monkeypatch.delenv("ECHOES_CLIP_SECONDS")
    return data_dir


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ssl.SSLContext]]:
    """Over https, as production demands it; and how to trust it, as Echoes does by SSL_CERT_FILE."""
    tls = make_tls(tmp_path / "tls", ["localhost"])
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.file))
    with provider_with_tls(tls.context) as issuer:
        yield issuer, tls.trust


def set_up(folder: Path, monkeypatch: pytest.MonkeyPatch, title: str, *more: str) -> None:
    (folder / ".env").write_text("\n".join([filled_in(title), *more]))
    monkeypatch.setenv("ECHOES_ENV_FILE", str(folder / ".env"))
    migrate({})
    forget()


@contextmanager
def phone() -> Iterator[TestClient]:
    home = get_settings().public_url
    with TestClient(application(routes), base_url=home, follow_redirects=False) as client:
        client.headers["origin"] = home
        yield client


def invitation_of(printed: str) -> str:
    """The path in the link that `echoes invite` prints."""
    found = re.match(rf"{re.escape(get_settings().public_url)}(/join/\S+)\n", printed)
    assert found, printed
    return found[1]


def join(invitation: str, name: str) -> User:
    with phone() as browser:
        assert browser.get(invitation).headers["location"] == "/sign-in"
        joined = browser.post("/auth/join", data={"name": name, "form": f"the form of {name}"})
        assert joined.headers["location"] == "/films"
        user_id = service.authenticate(joined.cookies[cookie_name(COOKIE, get_settings())])
    with get_database().reading() as session:
        return session.get_one(User, user_id)


def test_at_home(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(data_folder, monkeypatch, "At home")
    with phone() as browser:
        assert (
            browser.post("/auth/local", data={"name": "Rosa"}).headers["location"].endswith("problem=closed")
        )
        assert browser.post("/auth/join", data={"name": "Rosa"}).headers["location"].endswith("=uninvited")
    olga = join(invitation_of(people.invite(InvitationTerms(role=Role.OPERATOR))), "Olga")
    rosa = join(invitation_of(people.invite(InvitationTerms(name="Aunt Rosa"))), "Rosa")
    assert (olga.role, rosa.role) == (Role.OPERATOR, Role.MEMBER)
    settings = get_settings()
    assert (settings.has_shop, settings.counts_credits, settings.is_plain_http) == (False, False, True)


@pytest.mark.slow
def test_a_small_server_with_https(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, provider: tuple[str, ssl.SSLContext]
) -> None:
    issuer, trust = provider
    set_up(
        data_folder, monkeypatch, "A small server with https", f"ECHOES_OIDC_ISSUER={issuer}",
        "ECHOES_OIDC_CLIENT_ID=echoes", "ECHOES_OIDC_CLIENT_SECRET=secret", "ECHOES_BACKUP_TO=",
    )  # fmt: skip
    with phone() as browser:
        assert come(browser, "paul", trust) == "/join?next=%2Ffilms&problem=uninvited"
        assert come(browser, "you", trust) == "/films", (
            "who stands in ECHOES_ADMIN_EMAILS needs no invitation"
        )
    with phone() as browser:
        invitation = people.invite(InvitationTerms(credits=3))
        assert browser.get(invitation_of(invitation)).headers["location"] == "/sign-in"
        assert come(browser, "rosa", trust) == "/films"
    with get_database().reading() as session:
        users = {user.subject: user for user in session.exec(select(User))}
        assert {name: user.role for name, user in users.items()} == {
            "you": Role.OPERATOR, "rosa": Role.MEMBER,
        }  # fmt: skip
        assert balance_of(session, users["rosa"].id) == balance_of(session, users["you"].id) + 3


def come(browser: TestClient, subject: str, trust: ssl.SSLContext) -> str:
    """Through the provider and back; where that leads."""
    begun = browser.get("/auth/start", params={"next": "/films"})
    back = let_in(begun.headers["location"], subject, trust, email=f"{subject}@example.org")
    return str(browser.get(back).headers["location"])
