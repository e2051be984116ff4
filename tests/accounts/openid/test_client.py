"""Sign-in by an OpenID provider that others wrote, over real HTTP: there, back, and when it goes wrong."""

from urllib.parse import urlencode

import pytest

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.accounts.openid import login_attempts
from echoes.database import Database
from echoes.errors import NotSignedIn
from echoes.settings import get_settings
from tests.accounts.signing_in import problem_of, problem_of_join, sign_in, through, users
from tests.support.servers.ports import free_port
from tests.support.sign_in.openid_providers import (
    CALLBACK,
    LyingProvider,
    SigningIn,
    let_in,
    query_of,
    turn_away,
    use_provider,
)

pytestmark = pytest.mark.slow


def test_the_provider_is_asked_with_pkce_a_nonce_and_a_state(signing_in: SigningIn) -> None:
    asked = query_of(signing_in.start().headers["location"])
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert asked["redirect_uri"] == CALLBACK
    assert min(len(asked[name]) for name in ("code_challenge", "nonce", "state")) >= 20


def test_whom_the_provider_lets_in_comes_in_and_goes_on(signing_in: SigningIn, database: Database) -> None:
    answer = sign_in(signing_in, "/project/7/film?take=2", picture="https://id.example/rosa.jpg")
    assert (answer.status_code, answer.headers["location"]) == (303, "/project/7/film?take=2")
    (user,) = users(database)
    assert service.authenticate(answer.cookies[COOKIE]) == user.id
    assert (user.issuer, user.subject, user.name) == (signing_in.issuer, "rosa", "Rosa")
    assert (user.email, user.picture_url) == ("rosa@example.org", "https://id.example/rosa.jpg")


def test_signing_in_again_is_a_new_session_and_ends_the_one_before(signing_in: SigningIn) -> None:
    first = sign_in(signing_in).cookies[COOKIE]
    second = sign_in(signing_in).cookies[COOKIE]
    assert service.authenticate(second)
    with pytest.raises(NotSignedIn):
        service.authenticate(first)


def test_the_way_goes_on_only_within_echoes(signing_in: SigningIn) -> None:
    assert sign_in(signing_in, "//evil.example").headers["location"] == "/films"


def test_a_second_tab_does_not_break_the_first(signing_in: SigningIn) -> None:
    first, second = (signing_in.start(f"/project/{tab}/film").headers["location"] for tab in (1, 2))
    for tab, address in ((2, second), (1, first)):
        answer = signing_in.come_back(let_in(address))
        assert answer.headers["location"] == f"/project/{tab}/film"


def test_attempts_without_end_do_not_fill_the_browser(signing_in: SigningIn) -> None:
    for _ in range(12):
        last = signing_in.start().headers["location"]
    assert len(signing_in.cookies) == login_attempts.MOST
    assert signing_in.come_back(let_in(last)).headers["location"] == "/films"


def test_denial_is_said_kindly_and_the_way_is_kept(signing_in: SigningIn) -> None:
    # The mock provider leaves the state out when it denies; real ones send it along.
    start = signing_in.start("/project/7/film").headers["location"]
    denied = f"{turn_away(start)}&{urlencode({'state': query_of(start)['state']})}"
    answer = signing_in.come_back(denied)
    assert problem_of(answer) == "denied"
    assert query_of(answer.headers["location"])["next"] == "/project/7/film"


@pytest.mark.parametrize("error", ["server_error", "invalid_scope", "", "<script>"])
def test_whatever_the_provider_complains_of_is_no_stack_trace(signing_in: SigningIn, error: str) -> None:
    state = query_of(signing_in.start().headers["location"])["state"]
    assert problem_of(signing_in.come_back(f"{CALLBACK}?{urlencode({'error': error, 'state': state})}"))


@pytest.mark.parametrize("state", ["", "forged", "x" * 5000, "é\x00"])
def test_a_state_that_this_browser_did_not_begin_with_is_refused(signing_in: SigningIn, state: str) -> None:
    signing_in.start()
    answer = signing_in.come_back(f"{CALLBACK}?{urlencode({'code': 'stolen', 'state': state})}")
    assert problem_of(answer) == "expired"


def test_an_answer_for_another_browser_lets_nobody_in(signing_in: SigningIn) -> None:
    """An attacker sends a victim the end of the attacker's own sign-in."""
    back = let_in(signing_in.start().headers["location"])
    signing_in.client.cookies.clear()
    assert problem_of(signing_in.come_back(back)) == "expired"


def test_an_attempt_is_used_once(signing_in: SigningIn) -> None:
    back = let_in(signing_in.start().headers["location"])
    assert signing_in.come_back(back).headers["location"] == "/films"
    assert problem_of(signing_in.come_back(back)) == "expired"


def test_an_attempt_that_took_too_long_begins_again(
    signing_in: SigningIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = let_in(signing_in.start().headers["location"])
    monkeypatch.setattr(login_attempts, "SECONDS", -1)
    assert problem_of(signing_in.come_back(back)) == "expired"


def test_what_another_program_of_this_host_set_as_an_attempt_is_none(signing_in: SigningIn) -> None:
    state = query_of(signing_in.start().headers["location"])["state"]
    (name,) = signing_in.cookies
    signing_in.client.cookies.clear()
    signing_in.client.cookies.set(name, "eyJzdGF0ZSI6ICJmb3JnZWQifQ.aaaa.bbbb")
    assert problem_of(signing_in.come_back(f"{CALLBACK}?code=1&state={state}")) == "expired"


def test_a_link_from_another_site_begins_nothing(signing_in: SigningIn) -> None:
    answer = signing_in.start(**{"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/sign-in?next=%2Ffilms"
    assert signing_in.cookies == {}


def test_what_a_page_of_another_site_fetches_neither_begins_nor_ends_anything(signing_in: SigningIn) -> None:
    """It is not counted (`rate_limits`), so nothing may come of it."""
    fetched = {"sec-fetch-site": "same-site", "sec-fetch-dest": "image"}
    assert signing_in.start(**fetched).status_code == 403
    assert signing_in.cookies == {}
    way_back = let_in(signing_in.start().headers["location"])
    assert signing_in.client.get(way_back, headers=fetched).status_code == 403
    assert COOKIE in signing_in.come_back(way_back).cookies


def test_without_a_provider_there_is_only_the_sign_in_page(
    signing_in: SigningIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ECHOES_OIDC_CLIENT_ID")
    get_settings.cache_clear()
    assert signing_in.start().headers["location"] == "/sign-in?next=%2Ffilms"


def test_a_provider_that_is_down_is_said_to_be(
    signing_in: SigningIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_provider(f"http://127.0.0.1:{free_port()}", monkeypatch)
    assert problem_of(signing_in.start("/films")) == "provider"


def test_a_provider_that_goes_down_meanwhile_is_said_to_be(
    signing_in: SigningIn, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_provider(lying.issuer, monkeypatch)
    lying.tell(status=503)
    assert problem_of(through(signing_in)) == "provider"


def test_a_friends_code_survives_the_way_through_the_provider(
    signing_in: SigningIn, database: Database
) -> None:
    sign_in(signing_in, subject="friend", email="friend@example.org")
    (friend,) = users(database)
    signing_in.client.cookies.clear()
    assert signing_in.client.get(f"/r/{friend.referral_code.upper()}").headers["location"] == "/"
    answer = sign_in(signing_in)
    guest = next(user for user in users(database) if user.subject == "rosa")
    assert guest.referred_by_id == friend.id
    assert "echoes_referral" not in signing_in.cookies, "it is used up"
    assert answer.headers["cache-control"] == "no-store"


def test_an_invitation_survives_the_way_through_the_provider(
    signing_in: SigningIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SIGN_UP", "invited")
    get_settings.cache_clear()
    sign_in(signing_in, subject="olga", email="olga@example.org")  # The first person here needs nobody.
    signing_in.client.cookies.clear()
    assert problem_of_join(sign_in(signing_in)) == "uninvited"
    with database.unscoped() as session:
        _, code = invitations.create(session, InvitationTerms(credits=2), None)
    assert signing_in.client.get(f"/join/{code}").headers["location"] == "/sign-in"
    location = signing_in.start().headers["location"]
    del signing_in.client.cookies["echoes_invitation"]  # As when it ends meanwhile: the attempt knows it.
    assert signing_in.come_back(let_in(location)).headers["location"] == "/films"
    rosa = next(user for user in users(database) if user.subject == "rosa")
    assert rosa.invitation_id is not None
    assert sign_in(signing_in).headers["location"] == "/films", "who is here gets in"


@pytest.mark.parametrize("code", ["x", "abc%00", "%3Cscript%3E", "a" * 300])
def test_any_code_may_be_tried_and_tells_nothing(signing_in: SigningIn, code: str) -> None:
    assert signing_in.client.get(f"/r/{code}").headers["location"] == "/"


def test_over_https_cookies_are_bound_to_this_host(
    signing_in: SigningIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_PUBLIC_URL", "https://localhost")
    get_settings.cache_clear()
    cookie = signing_in.start().headers["set-cookie"]
    assert cookie.startswith("__Host-echoes_attempt_")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_a_tab_can_ask_whether_its_browser_is_signed_in(signing_in: SigningIn) -> None:
    assert signing_in.client.get("/auth/session").json() == {"is_signed_in": False}
    sign_in(signing_in)
    assert signing_in.client.get("/auth/session").json() == {"is_signed_in": True}
