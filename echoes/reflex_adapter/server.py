"""Start of Reflex's backend in production: nothing is compiled, the built front end is served with it."""

from collections.abc import Sequence
from pathlib import Path

import reflex as rx
from reflex.utils.prerequisites import get_web_dir
from reflex_base import constants
from reflex_base.environment import environment
from starlette.applications import Starlette
from starlette.routing import BaseRoute


def prepare(largest_message: int) -> None:
    """Before the app is imported, which reads all this once, and tells browsers how long a message may be."""
    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.set(largest_message)


def routes_of(app: rx.App) -> Sequence[BaseRoute]:
    """Those that are ours, beside Reflex's."""
    ours = app.api_transformer
    return ours.routes if isinstance(ours, Starlette) else ()


def build_folder() -> Path:
    return get_web_dir() / constants.Dirs.STATIC


def build_id() -> str:
    """What the front end was made of, code and packages, as a hash (`scripts.frontend`): the same on every
    machine that runs the same build."""
    stamp = build_folder().parent / "made-of"
    return stamp.read_text().strip() if stamp.exists() else ""
