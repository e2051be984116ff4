"""What we change in the front end that Reflex generates."""

import json

from reflex.plugins import Plugin, PreCompileContext
from reflex_base import constants
from reflex_base.environment import environment
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from typing_extensions import Unpack

STATE = "utils/state.js"
VITE = constants.ReactRouter.VITE_CONFIG_FILE
REFLEX_ROUTES = {"_event", "_upload", "_health", "ping"}


class SameOrigin(Plugin):
    """Pages talk to where they came from, so one build serves every address, port and proxy.

    Reflex bakes the address in. In development its pages and its routes live on two ports: there Vite
    passes on what is not a page, and cookies and relative addresses work as they do in production.
    """

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        context["add_modify_task"](STATE, connect_to_own_origin)
        if environment.REFLEX_ENV_MODE.get() == constants.Env.DEV:
            context["add_modify_task"](VITE, pass_on_to_backend)


def connect_to_own_origin(script: str) -> str:
    """Take host and port of the page, whatever was configured when it was built."""
    script = _replaced(
        script,
        "endpoint.hostname = frontend_hostname;",
        "endpoint.hostname = frontend_hostname;\n    endpoint.port = window.location.port;",
    )
    return _replaced(script, 'endpoint.port = ""; // Assume websocket is on https port via load balancer.', "")


def pass_on_to_backend(config: str) -> str:
    from reflex_base.config import get_config

    backend = {"target": f"http://127.0.0.1:{get_config().backend_port}", "ws": True}
    proxy = {f"^/({'|'.join(sorted(_backend_routes()))})(/|\\?|$)": backend}
    return _replaced(config, "port: process.env.PORT,", f"port: process.env.PORT,\n    proxy: {json.dumps(proxy)},")


def _backend_routes() -> set[str]:
    """The first segment of every address that the backend answers."""
    from echoes.echoes import app  # the app is complete when a compilation asks

    assert isinstance(app.api_transformer, Starlette)
    ours = [route for route in app.api_transformer.routes if isinstance(route, Route | Mount)]
    return REFLEX_ROUTES | {route.path.split("/")[1] for route in ours}


def _replaced(text: str, old: str, new: str) -> str:
    """Say it if a new Reflex writes this differently, or has been changed already."""
    if new and new in text:
        return text
    if text.count(old) != 1 and not (new == "" and old not in text):
        raise ValueError(f"Reflex's front end no longer holds {old!r} once: look at {__name__}.")
    return text.replace(old, new)
