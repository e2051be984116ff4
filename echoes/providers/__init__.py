"""Clip providers (plugins): those below, and others (docs/providers.md).

Others register an entry point:

    [project.entry-points."echoes.providers"]
    example = "example_package:ExampleProvider"

The named object is called without arguments, once per process, and gives a providers.base.Provider.
"""

import logging
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from sqlmodel import Session

from echoes import operator_settings
from echoes.database import UserSession
from echoes.models import Role
from echoes.providers.base import Model, Provider, UnknownProvider
from echoes.providers.clip_prices import price_of
from echoes.providers.prompts import fit_prompt
from echoes.settings import get_settings

__all__ = ["active", "fit_prompt", "get_provider", "installed", "is_paid", "price_of"]

FREE = "motion"
"""Makes camera moves on this machine, and charges nothing."""
GROUP = "echoes.providers"
BUILT_IN = {
    "motion": "echoes.providers.motion:MotionProvider",
    "runway": "echoes.providers.runway.provider:RunwayProvider",
    "fal": "echoes.providers.fal.provider:FalProvider",
}
"""Loaded when first asked for: a provider's library takes its time."""

logger = logging.getLogger(__name__)


def active(session: Session) -> tuple[Provider, Model]:
    """Who makes new takes of everybody, or of the person whose session this is. Takes that exist keep the
    provider and the model that they name."""
    if isinstance(session, UserSession) and not _may_use_paid(session):
        free = get_provider(FREE)
        return free, free.models[0]
    configured = operator_settings.read(session, operator_settings.Providers)
    provider = get_provider(configured.active or get_settings().provider)
    for model in provider.models:
        if model.name == configured.model:
            return provider, model
    if configured.model:
        logger.warning("%s has no model %s: its first one is used", provider.name, configured.model)
    return provider, provider.models[0]


def is_paid(model: Model) -> bool:
    """Whether its provider charges us for a clip."""
    return model.price > 0


def _may_use_paid(session: UserSession) -> bool:
    """An operator needs no grant."""
    if not operator_settings.read(session, operator_settings.Allowances).paid_by_grant:
        return True
    return session.user.may_use_paid or session.user.role == Role.OPERATOR


def installed() -> list[str]:
    """The names of all that can be chosen."""
    return sorted({*BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))})


@cache
def get_provider(name: str) -> Provider:
    """Raises UnknownProvider."""
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        built_in: Provider = getattr(import_module(module), attribute)()
        return built_in
    for entry in entry_points(group=GROUP, name=name):
        provider: Provider = entry.load()()
        return provider
    raise UnknownProvider(name)
