import reflex as rx
from reflex_base.constants import PackageJson

from echoes.settings import get_settings
from echoes.web.front_end import FrontEndPatches

# Without this the development server answers the whole network.
PackageJson.Commands.DEV = "react-router dev --host localhost"

settings = get_settings()
Managers = rx.constants.StateManagerMode

config = rx.Config(
    app_name="echoes",
    backend_host="127.0.0.1",
    state_manager_mode=Managers.REDIS if settings.redis_url else Managers.MEMORY,
    redis_url=settings.redis_url or None,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    cors_allowed_origins=settings.origins,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[FrontEndPatches()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
