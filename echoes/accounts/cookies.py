"""HTTP cookies of ours.

The session's is a random token that scripts cannot read and the database knows only by its hash.
"""

from starlette.requests import cookie_parser
from starlette.responses import Response

from echoes.settings import Settings, get_settings

COOKIE = "echoes_session"
INVITATION = "echoes_invitation"
BROWSER = "echoes_browser"
INVITATION_DAYS = 30
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


def session_header(token: str) -> str:
    """A Cookie header that holds the session's cookie alone."""
    return f"{cookie_name(COOKIE, get_settings())}={token}"


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
