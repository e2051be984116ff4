"""What we change in the front end that Reflex generates."""

import json
from typing import Unpack

from reflex.plugins import Plugin, PreCompileContext
from reflex_base import constants
from reflex_base.config import get_config
from reflex_base.environment import environment
from starlette.applications import Starlette
from starlette.routing import Mount, Route

STATE = "utils/state.js"
VITE = constants.ReactRouter.VITE_CONFIG_FILE
REFLEX_ROUTES = {"_event", "_upload", "_health", "ping"}


class SameOrigin(Plugin):
    """Pages talk to where they came from, so one build serves every address, port and proxy.

    Reflex bakes the address in. In development its pages and its routes live on two ports: there Vite
    passes on what is not a page, and cookies and relative addresses work as they do in production.
    """

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        pristine = (constants.Templates.Dirs.WEB_TEMPLATE / STATE).read_text()
        context["add_modify_task"](STATE, lambda _: connect_to_own_origin(pristine))
        if environment.REFLEX_ENV_MODE.get() == constants.Env.DEV:
            context["add_modify_task"](VITE, pass_on_to_backend)


def connect_to_own_origin(script: str) -> str:
    """Take host and port of the page, whatever was configured when it was built."""
    own_host = "endpoint.hostname = frontend_hostname;"
    script = _replaced(script, own_host, f"{own_host}\n    endpoint.port = window.location.port;")
    return _replaced(script, 'endpoint.port = ""; // Assume websocket is on https port', "// The port too")


def pass_on_to_backend(config: str) -> str:
    backend = {"target": f"http://127.0.0.1:{get_config().backend_port}", "ws": True}
    proxy = json.dumps({f"^/({'|'.join(sorted(_backend_routes()))})(/|\\?|$)": backend})
    port = "port: process.env.PORT,"
    return _replaced(config, port, f"{port}\n    proxy: {proxy},")


def _backend_routes() -> set[str]:
    """The first segment of every address that the backend answers."""
    from echoes.echoes import app  # the app is complete when a compilation asks

    ours = app.api_transformer.routes if isinstance(app.api_transformer, Starlette) else []
    return REFLEX_ROUTES | {route.path.split("/")[1] for route in ours if isinstance(route, Route | Mount)}


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"Reflex's front end no longer holds {old!r} once: see to it in {__name__}.")
    return text.replace(old, new)
