"""Everything that can be guessed is limited: after too many tries the right answer is refused as well."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from echoes.accounts import routes as accounts
from echoes.accounts.cookies import COOKIE, INVITATION, cookie_name
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.accounts.links import routes as links
from echoes.accounts.links import sign_in_links
from echoes.accounts.openid import login_attempts
from echoes.accounts.openid.login_attempts import LoginAttempt
from echoes.accounts.passkeys import recovery_codes
from echoes.accounts.passkeys import routes as passkeys
from echoes.admin import recovery
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.mail import routes as mail
from echoes.mail.unsubscribing import PATH as UNSUBSCRIBE
from echoes.models import MailKind, RecoveryCode, ShareLink, SignInLinkKind, User
from echoes.monitoring import routes as monitoring
from echoes.rate_limits import limiter
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.rate_limits.middleware import RateLimitedEndpoint
from echoes.settings import get_settings, signed_id
from echoes.sharing import passwords
from echoes.sharing import routes as sharing
from tests.support.databases.rows import add_project, add_video
from tests.support.servers.application import application

HERE = "http://localhost:3000"
MOST = 3
TOO_MANY = 429
METRICS_TOKEN = "b7Qm2xZ9vKp4Rt8sWn3Yc6Ld1Hf5Jg0A"
CODE = "abcd-efgh-jkmn-pqrs"
STATE = "the-state-of-this-sign-in"
PASSWORD = "Rosa 1987"
LIMITS = {"SIGN_INS_PER_MINUTE": f"{MOST}", "PASSWORDS_PER_MINUTE": f"{MOST}", "SIGN_UP": "invited"}
HOUSEHOLD = {
    "MODE": "production", "PAYMENTS": "none", "PUBLIC_URL": HERE,
    "SECRET_KEY": "JwH0vkq2fD1bGm9sPzX5cT7yRn4eLa8u",
}  # fmt: skip
"""Where an invitation and a name are enough."""
ANSWERING = [
    *accounts.routes, *passkeys.routes, *links.routes, *sharing.routes, *mail.routes, *monitoring.routes,
]  # fmt: skip

Answer = Any
Ask = Callable[[TestClient, str], Answer]


@dataclass(frozen=True)
class Guess:
    """`right` is the one answer that opens something; `ask` sends any."""

    ask: Ask
    right: Callable[[Database, UUID], str]
    settings: Mapping[str, str] = field(default_factory=dict)


def an_invitation(database: Database, _: UUID) -> str:
    with database.unscoped() as session:
        return invitations.plain(invitations.create(session, InvitationTerms(), None)[1])


def a_recovery_code(database: Database, person: UUID) -> str:
    with database.unscoped() as session:
        session.add(RecoveryCode(owner_id=person, code_hash=recovery_codes._hash_of(CODE)))
    return CODE


def a_recovery_link(database: Database, person: UUID) -> str:
    with database.unscoped() as session:
        link = recovery.make_link(session, Operator(None, "Olga"), person, "lost her phone")
    return link.rpartition("/")[2]


def a_link_by_mail(database: Database, _: UUID) -> str:
    with database.unscoped() as session:
        link = sign_in_links.make(session, SignInLinkKind.EMAIL, email="anna@example.org")
        return sign_in_links.address_of(link.id).rpartition("/")[2]


def a_password(database: Database, person: UUID) -> str:
    with database.unscoped() as session:
        video = add_video(session, add_project(session, person))
        video.film_key = "a/b.mp4"
        link = ShareLink(
            owner_id=person, video_id=video.id, token="film", password_hash=passwords.digest(PASSWORD)
        )
        session.add(link)
    return PASSWORD


def opted_out(_: Database, person: UUID) -> str:
    return signed_id(f"{MailKind.FILM_READY}:{person}", UNSUBSCRIBE)


def typed(path: str, name: str) -> Ask:
    return lambda client, tried: client.post(path, data={name: tried, "name": "Rosa", "form": "1"})


def opened(path: str) -> Ask:
    return lambda client, tried: client.get(f"{path}{tried}")


def carried(path: str, **sent: Any) -> Ask:
    """In the cookie of an invitation."""

    def ask(client: TestClient, tried: str) -> Answer:
        client.cookies.set(cookie_name(INVITATION, get_settings()), tried)
        return client.post(path, **sent)

    return ask


def come_back(client: TestClient, state: str) -> Answer:
    """From a sign-in service, with the state of an attempt that this browser began."""
    response = Response()
    begun = LoginAttempt(STATE, "nonce", "verifier", "/films")
    login_attempts.remember(response, begun, {}, get_settings())
    name, _, value = response.headers["set-cookie"].partition(";")[0].partition("=")
    client.cookies.set(name, value)
    return client.get("/auth/callback", params={"state": state, "error": "access_denied"})


def read_metrics(client: TestClient, token: str) -> Answer:
    return client.get("/metrics", headers={"authorization": f"Bearer {token}"})


BY_PASSKEY = {"SIGN_IN": "passkey"}
LINK = f"{sign_in_links.PATH}/"
GUESSES = {
    "a recovery code": Guess(typed("/auth/recovery", "code"), a_recovery_code),
    "an invitation, typed": Guess(typed("/auth/invitation", "code"), an_invitation),
    "an invitation, opened": Guess(opened("/join/"), an_invitation),
    "an invitation, to join by a name": Guess(
        carried("/auth/join", data={"name": "Rosa", "form": "1"}), an_invitation, HOUSEHOLD
    ),
    "an invitation, to make a passkey": Guess(
        carried("/auth/passkey/sign-up/options", json={"name": "Rosa"}), an_invitation, BY_PASSKEY
    ),
    "a link by mail, opened": Guess(opened(LINK), a_link_by_mail),
    "a link by mail, followed": Guess(lambda client, tried: client.post(LINK + tried), a_link_by_mail),
    "an operator's recovery link": Guess(lambda client, tried: client.post(LINK + tried), a_recovery_link),
    "the password of a film": Guess(typed("/watch/film/unlock", "password"), a_password),
    "the state of a sign-in": Guess(come_back, lambda *_: STATE),
    "the token in a mail": Guess(opened(f"{UNSUBSCRIBE}?token="), opted_out),
    "the token of the metrics": Guess(
        read_metrics, lambda *_: METRICS_TOKEN, {"METRICS_TOKEN": METRICS_TOKEN}
    ),
}
UNLIMITED = {
    "/auth/sign-out": "ends the session of the browser that asks",
    "/auth/session": "a session's token has 256 bits, and each page and tab shows it",
    "/r/{code}": "remembers a friend's code, and does not say whether there is one",
    "/healthz": "asks for nothing",
    "/readyz": "asks for nothing",
}


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(limiter, "OPT_OUTS", MOST)
    monkeypatch.setattr(limiter, "METRICS", MOST)
    with TestClient(application(ANSWERING), base_url=HERE, follow_redirects=False) as made:
        made.headers["origin"] = HERE
        yield made


def use(monkeypatch: pytest.MonkeyPatch, *layers: Mapping[str, str]) -> None:
    for layer in layers:
        for name, value in layer.items():
            monkeypatch.setenv(f"ECHOES_{name}", value)
    get_settings.cache_clear()
    get_rate_limiter.cache_clear()


@pytest.mark.parametrize("what", GUESSES)
def test_who_guessed_too_often_learns_nothing_by_the_right_answer(
    what: str, client: TestClient, database: Database, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess = GUESSES[what]
    use(monkeypatch, LIMITS, guess.settings)
    right = guess.right(database, anna)
    wrong = [told(guess.ask(client, f"wrong{number}")) for number in range(MOST)]
    assert TOO_MANY not in {status for status, _ in wrong}
    refused = guess.ask(client, right)
    assert refused.status_code == TOO_MANY
    assert int(refused.headers["retry-after"]) > 0
    assert COOKIE not in refused.cookies
    get_rate_limiter.cache_clear()
    assert told(guess.ask(client, right)) not in wrong, "the right answer opens something later"


def told(answer: Answer) -> tuple[int, str]:
    """What a guesser sees of it."""
    return answer.status_code, answer.headers.get("location", "")


def test_no_way_in_is_without_a_limit() -> None:
    """Of pages of films it is their passwords: their addresses have 128 bits and more."""
    for route in [*accounts.routes, *passkeys.routes, *links.routes, *mail.routes, *monitoring.routes]:
        assert isinstance(route, Route)
        assert isinstance(route.app, RateLimitedEndpoint) != (route.path in UNLIMITED), route.path


def test_a_friends_code_is_remembered_whether_or_not_there_is_one(
    client: TestClient, database: Database, anna: UUID
) -> None:
    with database.reading() as session:
        known = session.get_one(User, anna).referral_code
    unknown = known[:-1] + ("b" if known[-1] == "a" else "a")
    answers = [client.get(f"/r/{code}") for code in (known, unknown)]
    assert told(answers[0]) == told(answers[1]) == (303, "/")
    assert all("set-cookie" in answer.headers for answer in answers)
