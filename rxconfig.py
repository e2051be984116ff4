import reflex as rx
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from echoes.reflex_adapter.front_end import FrontEndPatches, serve_development_on_loopback
from echoes.settings import get_settings

serve_development_on_loopback()
settings = get_settings()
Managers = rx.constants.StateManagerMode


def first_segments() -> set[str]:
    """Of the addresses of our own routes."""
    from echoes.echoes import app  # the app is complete when a compilation asks

    ours = app.api_transformer.routes if isinstance(app.api_transformer, Starlette) else []
    return {route.path.split("/")[1] for route in ours if isinstance(route, Route | Mount)}


config = rx.Config(
    app_name="echoes",
    backend_host="127.0.0.1",
    state_manager_mode=Managers.REDIS if settings.redis_url else Managers.MEMORY,
    redis_url=settings.redis_url or None,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    cors_allowed_origins=settings.origins,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[FrontEndPatches(first_segments)],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
