"""The session cookie: a random token that scripts cannot read and the database knows only by its hash."""

from starlette.requests import cookie_parser
from starlette.responses import Response

from echoes.settings import Settings

COOKIE = "echoes_session"


def token_from(cookie_header: str) -> str | None:
    """The session token in a Cookie header, if there is one.

    Not by http.cookies: on localhost come other programs' cookies too, and it gives up at the first odd one.
    """
    return cookie_parser(cookie_header).get(COOKIE) or None


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
