"""HTTP cookies of ours.

The session's is a random token that scripts cannot read and the database knows only by its hash.
"""

from starlette.requests import cookie_parser
from starlette.responses import Response

from echoes.settings import Settings, get_settings

COOKIE = "echoes_session"
REFERRAL = "echoes_referral"
"""A friend's code."""
INVITATION = "echoes_invitation"
"""The code of an invitation to sign up."""
BROWSER = "echoes_browser"
CEREMONY = "echoes_ceremony"
"""Random: tells the browser that began to sign in from another one."""
CEREMONY_SECONDS = 3600
REFERRAL_DAYS = 30
INVITATION_DAYS = 2
DAY = 24 * 3600


def cookie_name(name: str, settings: Settings) -> str:
    """Over HTTPS with the prefix by which browsers refuse what a neighbouring domain sets for us."""
    return f"__Host-{name}" if _is_secure(settings) else name


def cookies_in(cookie_header: str) -> dict[str, str]:
    """Not by http.cookies: on localhost come other programs' cookies too, and it gives up at the first odd
    one."""
    return cookie_parser(cookie_header)


def token_from(cookie_header: str) -> str | None:
    """The session token in a Cookie header, if there is one."""
    return cookies_in(cookie_header).get(cookie_name(COOKIE, get_settings())) or None


def header_of_pages(cookie_header: str, longest: int) -> str:
    """A Cookie header that holds what pages read alone: the session's cookie and that of an invitation."""
    jar, settings = cookies_in(cookie_header), get_settings()
    names = [cookie_name(kind, settings) for kind in (COOKIE, INVITATION)]
    return "; ".join(f"{name}={jar[name]}" for name in names if _is_usable(jar.get(name, ""), longest))


def _is_usable(value: str, longest: int) -> bool:
    return 0 < len(value) <= longest and value.isascii() and value.isprintable()


def set_session_cookie(response: Response, token: str, settings: Settings) -> None:
    set_cookie(response, COOKIE, token, settings.session_days * DAY, settings)


def clear_session_cookie(response: Response, settings: Settings) -> None:
    delete_cookie(response, COOKIE, settings)


def set_cookie(response: Response, name: str, value: str, seconds: int, settings: Settings) -> None:
    response.set_cookie(
        cookie_name(name, settings),
        value,
        max_age=seconds,
        httponly=True,
        secure=_is_secure(settings),
        samesite="lax",
        path="/",
    )


def delete_cookie(response: Response, name: str, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(name, settings), path="/", httponly=True, secure=_is_secure(settings), samesite="lax"
    )


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")
