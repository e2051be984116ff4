"""Scripts that lie beside the components that use them, linked to where the build of the front end looks."""

from pathlib import Path

from echoes.reflex_adapter.assets import importable_script

HERE = Path(__file__).parent


def script(module: str, name: str) -> str:
    """What a component's `library` is. Scripts lie beside their module, or in the folder of their package."""
    package = HERE / module.rpartition(".")[2]
    return importable_script(module, (package if package.is_dir() else HERE) / name)
