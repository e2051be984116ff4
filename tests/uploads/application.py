"""The upload routes as a program of their own, for a test that kills it."""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from echoes.csrf import CsrfMiddleware
from echoes.uploads.routes import routes

app = Starlette(routes=routes, middleware=[Middleware(CsrfMiddleware, open_to_all=())])
