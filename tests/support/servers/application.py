"""Our routes with what stands before them in the app: one place that answers errors."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from echoes.error_responses import ErrorMiddleware


def application(routes: Sequence[BaseRoute], *inside: Middleware) -> Starlette:
    return Starlette(routes=list(routes), middleware=[Middleware(ErrorMiddleware), *inside])
