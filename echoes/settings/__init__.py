"""Settings: the environment (`ECHOES_…`) and .env, read once and judged as a whole."""

from echoes.settings.fields import ASSETS, MEGABYTE, Role, Settings
from echoes.settings.loading import SettingsError, get_settings, load_settings
from echoes.settings.signing import id_in, signed_id, signing_key

__all__ = [
    "ASSETS",
    "MEGABYTE",
    "Role",
    "Settings",
    "SettingsError",
    "get_settings",
    "id_in",
    "load_settings",
    "signed_id",
    "signing_key",
]
