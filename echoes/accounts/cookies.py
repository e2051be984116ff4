"""The session cookie: a random token that scripts cannot read and the database knows only by its hash."""

from http.cookies import CookieError, SimpleCookie

from starlette.responses import Response

from echoes.settings import Settings

COOKIE = "echoes_session"


def token_from(cookie_header: str) -> str | None:
    """The session token in a Cookie header, if there is one."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel and morsel.value else None


def give(response: Response, token: str, settings: Settings) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_days * 24 * 3600,
        httponly=True,
        secure=settings.public_url.startswith("https://"),
        samesite="lax",
        path="/",
    )


def take_back(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        COOKIE, path="/", httponly=True, secure=settings.public_url.startswith("https://"), samesite="lax"
    )
