"""Queries of the clip providers page."""

from dataclasses import dataclass, field

from sqlmodel import Session

from echoes.admin import providers, rendering
from echoes.admin.providers import Health, ProviderOverview
from echoes.text import formatting


@dataclass(frozen=True)
class ProviderModelViewModel:
    name: str
    title: str
    price: str
    terms: str
    is_active: bool


@dataclass(frozen=True)
class ProviderViewModel:
    name: str
    title: str
    is_active: bool
    health: str
    models: list[ProviderModelViewModel] = field(default_factory=list)
    concurrency: str = ""
    daily: str = ""
    cents: str = ""


@dataclass(frozen=True)
class RenderedWorkViewModel:
    name: str
    title: str
    is_in_lambda: bool


def read_rendering(session: Session) -> list[RenderedWorkViewModel]:
    return [
        RenderedWorkViewModel(work.name, work.title, work.is_in_lambda)
        for work in rendering.overview(session)
    ]


def read_providers(session: Session) -> list[ProviderViewModel]:
    return [_view(known) for known in providers.overview(session)]


def _view(known: ProviderOverview) -> ProviderViewModel:
    models = [
        ProviderModelViewModel(
            model.name,
            model.title,
            str(known.prices[model.name]),
            f"{formatting.pluralize(known.prices[model.name], 'credit')} a clip",
            known.is_active and model.name == known.active_model,
        )
        for model in known.provider.models
    ]
    return ProviderViewModel(
        name=known.provider.name,
        title=known.provider.title,
        is_active=known.is_active,
        health=_said(known.health),
        models=models,
        concurrency="" if known.concurrency is None else str(known.concurrency),
        daily="" if known.daily is None else str(known.daily),
        cents=f"{known.cents_per_credit:g}" if known.cents_per_credit else "",
    )


def _said(health: Health) -> str:
    ended = health.made + health.failed
    if not ended:
        return "No clips in the last hour."
    clips = formatting.pluralize(ended, "clip")
    rate = f"{100 * health.made / ended:.0f}% of {clips} in the last hour were made"
    if health.median_seconds is None:
        return f"{rate}."
    return f"{rate}; half of them within {formatting.duration(health.median_seconds)}."
