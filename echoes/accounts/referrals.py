"""Referral codes: `/?code=…` on the front page, which is a file and cannot remember anything itself."""

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from echoes.accounts.routes import remember_referral

FRONT = "/"
PARAMETER = "code"


class ReferralMiddleware:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        code = _code(scope)
        if not code:
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                noted = Response()
                remember_referral(noted, code)
                for cookie in noted.headers.getlist("set-cookie"):
                    MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _code(scope: Scope) -> str:
    if scope["type"] != "http" or scope["path"] != FRONT:
        return ""
    return QueryParams(scope["query_string"]).get(PARAMETER, "")
