"""Credit price of a clip, by provider and model."""

from sqlmodel import Session

from echoes import operator_settings
from echoes.providers.base import Model, Provider


def price_of(session: Session, provider: Provider, model: Model) -> int:
    """Of one clip, in credits: the operators' price (/admin/providers), else the model's own `price`."""
    prices = operator_settings.read(session, operator_settings.Providers).prices
    return prices.get(f"{provider.name}/{model.name}", prices.get(provider.name, model.price))
