"""Assets of components: scripts that lie beside them, linked to where the build of the front end looks."""

from pathlib import Path

from reflex.assets import _link_shared_asset
from reflex_base import constants


def importable_script(module: str, source: Path) -> str:
    """What a component's `library` is, as `rx.asset(name, shared=True).importable_path` would be.

    That finds its caller by reading the source of all callers: 20 scripts took two seconds of each start.
    """
    place = Path(constants.Dirs.EXTERNAL_APP_ASSETS, *module.split("."), source.name)
    link = Path.cwd() / constants.Dirs.APP_ASSETS / place
    link.parent.mkdir(parents=True, exist_ok=True)
    _link_shared_asset(link, source.resolve(strict=True))
    return f"$/public/{place.as_posix()}"
