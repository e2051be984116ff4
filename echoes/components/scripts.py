"""Scripts that lie beside the components that use them, linked to where the build of the front end looks."""

from pathlib import Path

from reflex.assets import _link_shared_asset
from reflex_base import constants

HERE = Path(__file__).parent


def script(module: str, name: str) -> str:
    """What a component's `library` is, as `rx.asset(name, shared=True).importable_path` would be.

    That finds its caller by reading the source of all callers: 20 scripts took two seconds of each start.
    """
    place = Path(constants.Dirs.EXTERNAL_APP_ASSETS, *module.split("."), name)
    link = Path.cwd() / constants.Dirs.APP_ASSETS / place
    link.parent.mkdir(parents=True, exist_ok=True)
    _link_shared_asset(link, (HERE / name).resolve(strict=True))
    return f"$/public/{place.as_posix()}"
