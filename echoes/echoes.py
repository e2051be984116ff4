"""Wiring only: pages, routes, lifespan."""

import reflex as rx
from reflex_base.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary
from starlette.applications import Starlette

from echoes.accounts import routes as accounts_routes
from echoes.pages.base import OnePersonPerTab, answer_failure
from echoes.pages.films import FilmsState, films
from echoes.pages.landing import landing
from echoes.pages.not_found import not_found
from echoes.pages.shell import crashed, offline
from echoes.pages.sign_in import SignInState, sign_in
from echoes.storage import routes as storage_routes

STYLES = ("tokens", "base", "controls", "shell", "landing", "films")
DESCRIPTION = "Turn the photographs of those you love into one moving film with music."


def _instead_of_a_crash() -> rx.Var[rx.Component]:
    return ArgsFunctionOperation.create(("failure",), rx.Var.create(crashed()))


app = rx.App(
    stylesheets=[f"/styles/{name}.css" for name in STYLES],
    html_lang="en",
    toaster=None,
    app_wraps={
        (55, "ErrorBoundary"): lambda _: ErrorBoundary.create(fallback_render=_instead_of_a_crash()),
        (5, "Offline"): lambda _: offline(),
    },
    backend_exception_handler=answer_failure,
    api_transformer=Starlette(routes=[*accounts_routes.routes, *storage_routes.routes]),
)
app.add_middleware(OnePersonPerTab())

app.add_page(landing, route="/", title="Echoes", description=DESCRIPTION)
app.add_page(sign_in, route="/sign-in", title="Sign in · Echoes", on_load=SignInState.enter)
app.add_page(films, route="/films", title="Your films · Echoes", on_load=FilmsState.watch)
app.add_page(not_found, route="/404", title="Nothing here · Echoes")
