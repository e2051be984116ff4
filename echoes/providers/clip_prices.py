"""Credit price of a clip, by provider and model."""

from sqlmodel import Session

from echoes import operator_settings
from echoes.providers.base import Model, Provider
from echoes.settings import get_settings


def price_of(session: Session, provider: Provider, model: Model) -> int:
    """Of one clip, in credits: the operators' price (/admin/providers), else the model's own `price`; nothing
    where ECHOES_CREDITS is free."""
    if not get_settings().counts_credits:
        return 0
    prices = operator_settings.read(session, operator_settings.Providers).prices
    return prices.get(f"{provider.name}/{model.name}", prices.get(provider.name, model.price))
