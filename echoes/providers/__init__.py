"""Who can make a clip of a photograph: `motion`, built in, and whoever registers the entry point below.

    [project.entry-points."echoes.providers"]
    example = "example_package:ExampleProvider"

The named object is called without arguments, once per process, and gives a providers.base.Provider.
"""

from functools import cache
from importlib.metadata import entry_points

from echoes.providers.base import Provider, UnknownProvider
from echoes.providers.motion import MotionProvider
from echoes.settings import get_settings

__all__ = ["active_provider", "get_provider"]

GROUP = "echoes.providers"


def active_provider() -> Provider:
    """Who makes new takes. Takes that exist keep the provider that they name."""
    return get_provider(get_settings().provider)


@cache
def get_provider(name: str) -> Provider:
    """Raises UnknownProvider."""
    if name == MotionProvider.name:
        return MotionProvider()
    for entry in entry_points(group=GROUP, name=name):
        provider: Provider = entry.load()()
        return provider
    raise UnknownProvider(name)
