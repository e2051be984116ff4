"""The upload routes as a program of their own, for a test that kills it."""

from starlette.middleware import Middleware

from echoes.csrf import CsrfMiddleware
from echoes.uploads.routes import routes
from tests.support.servers.application import application

app = application(routes, Middleware(CsrfMiddleware, open_to_all=()))
