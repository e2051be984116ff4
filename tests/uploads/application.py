"""The upload routes as a program of their own, for a test that kills it."""

from starlette.applications import Starlette

from echoes.uploads.routes import routes

app = Starlette(routes=routes)
