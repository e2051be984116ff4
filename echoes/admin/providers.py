"""Provider administration: who makes clips, on which terms, how well lately, and a trial clip."""

import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from PIL import Image
from sqlmodel import Session, col, select

from echoes import operator_settings, providers
from echoes.admin import pricing
from echoes.admin.audit import Operator, record
from echoes.admin.dashboard import first_id
from echoes.errors import BadInput, Refused
from echoes.jobs.names import JobName
from echoes.jobs.queues import clips_queue, next_turn
from echoes.jobs.requests import Place, enqueue
from echoes.models import Aspect, Clip, JobEvent, JobStatus, Photo, Project, Take, new_id, now
from echoes.operator_settings import Providers
from echoes.providers import get_provider, price_of
from echoes.providers.base import Model, Provider
from echoes.settings import ASSETS, get_settings
from echoes.storage import get_storage, new_key
from echoes.takes.motions import SURPRISE, choose_motion
from echoes.takes.prompts import compose

logger = logging.getLogger(__name__)

HEALTH_PERIOD = timedelta(hours=1)
SAMPLE = ASSETS / "icons" / "social-card.jpg"
TRYING = "A try of the providers"
MOST_PRICE, MOST_AT_ONCE, MOST_A_DAY, MOST_CENTS = 1000, 500, 1_000_000, 10_000


@dataclass(frozen=True, slots=True)
class Health:
    """Of takes that ended within the last hour."""

    made: int = 0
    failed: int = 0
    median_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProviderOverview:
    provider: Provider
    is_active: bool
    active_model: str
    prices: dict[str, int]
    """By model."""
    concurrency: int | None
    daily: int | None
    cents_per_credit: float
    health: Health


def usable() -> list[Provider]:
    """All that can be loaded. One that cannot is somebody else's code, which may break in any way."""
    found = []
    for name in providers.installed():
        try:
            found.append(get_provider(name))
        except Exception:
            logger.exception("the clip provider %s cannot be loaded", name)
    return found


def active(session: Session) -> tuple[Provider, Model] | None:
    """None when it cannot be loaded, or is not installed any more."""
    try:
        return providers.active(session)
    except Exception:
        logger.exception("the clip provider in use cannot be loaded")
        return None


def overview(session: Session) -> list[ProviderOverview]:
    """Also when the active one is not there any more: this is where another one is chosen."""
    configured, in_use = operator_settings.read(session, Providers), active(session)
    health = _health(session)
    known = []
    for provider in usable():
        name, is_active = provider.name, in_use is not None and in_use[0].name == provider.name
        known.append(
            ProviderOverview(
                provider=provider,
                is_active=is_active,
                active_model=in_use[1].name if in_use and is_active else provider.models[0].name,
                prices={one.name: price_of(session, provider, one) for one in provider.models},
                concurrency=configured.concurrency.get(name),
                daily=configured.daily_limits.get(name),
                cents_per_credit=configured.cents_per_credit.get(name, 0.0),
                health=health.get(name, Health()),
            )
        )
    return sorted(known, key=lambda one: not one.is_active)


def switch(session: Session, operator: Operator, name: str, model: str) -> None:
    """For new takes: those that exist keep the provider that they name."""
    provider, chosen = _model(name, model)
    changes = {"active": provider.name, "model": chosen.name}
    pricing.change(session, operator, Providers, changes, f"{provider.title}, {chosen.title}")


def set_terms(session: Session, operator: Operator, name: str, values: Mapping[str, str]) -> None:
    """`price/<model>`, `concurrency`, `daily` and `cents`; an empty one is what the provider itself says, and
    one that is not there stays as it is."""
    provider, _ = _model(name, "")
    operator_settings.hold(session, Providers)
    configured = operator_settings.read(session, Providers)
    changes: dict[str, Any] = {"prices": _prices(configured.prices, provider, values)}
    if "concurrency" in values:
        at_once = _number(values["concurrency"], MOST_AT_ONCE) or None
        changes["concurrency"] = _with(configured.concurrency, name, at_once)
    if "daily" in values:
        daily = _number(values["daily"], MOST_A_DAY)
        changes["daily_limits"] = _with(configured.daily_limits, name, daily)
    if "cents" in values:
        cents = _cents(values["cents"])
        changes["cents_per_credit"] = _with(configured.cents_per_credit, name, cents)
    pricing.change(session, operator, Providers, changes, provider.title)


def _prices(known: Mapping[str, int], provider: Provider, values: Mapping[str, str]) -> dict[str, int]:
    for_all = {f"{provider.name}/{model.name}": known.get(provider.name) for model in provider.models}
    inherited = {key: price for key, price in for_all.items() if price is not None}
    prices = inherited | {key: price for key, price in known.items() if key != provider.name}
    for model in provider.models:
        if (text := values.get(f"price/{model.name}")) is None:
            continue
        price = _number(text, MOST_PRICE)
        prices = _with(prices, f"{provider.name}/{model.name}", None if price == model.price else price)
    return prices


def try_out(session: Session, operator: Operator, name: str, model: str) -> UUID:
    """One take of a sample picture, in a project of the operator's own, at our expense; its id."""
    if operator.id is None:
        raise Refused("Only somebody with an account here can try a provider: the clip is kept for them.")
    provider, chosen = _model(name, model)
    clip = _sample_clip(session, operator.id)
    motion = choose_motion(chosen, SURPRISE, 0)
    take = Take(
        owner_id=operator.id,
        clip_id=clip.id,
        provider=provider.name,
        model=chosen.name,
        motion=motion,
        aspect=Aspect.WIDE,
        prompt=compose(session, chosen, motion, ""),
    )
    session.add(take)
    session.flush()
    session.add(
        JobEvent(owner_id=operator.id, subject_id=take.id, message="a trial, requested by an operator")
    )
    queue = clips_queue(provider.name)
    enqueue(session, JobName.GENERATE_TAKE, take.id, operator.id, Place(queue, next_turn(queue, operator.id)))
    record(session, operator, "try provider", take.id, after={"provider": name, "model": chosen.name})
    return take.id


def _health(session: Session) -> dict[str, Health]:
    since = now() - HEALTH_PERIOD
    query = select(Take.provider, Take.status, Take.started_at, Take.ended_at).where(
        col(Take.id) >= first_id(since - HEALTH_PERIOD),
        col(Take.ended_at) >= since,
        col(Take.status).in_((JobStatus.SUCCEEDED, JobStatus.FAILED)),
    )
    ended: dict[str, list[tuple[Any, ...]]] = {}
    for provider, *rest in session.exec(query):
        ended.setdefault(provider, []).append(tuple(rest))
    return {provider: _health_of(takes) for provider, takes in ended.items()}


def _health_of(takes: list[tuple[Any, ...]]) -> Health:
    made = [take for take in takes if take[0] == JobStatus.SUCCEEDED]
    lasted = [(ended - began).total_seconds() for _, began, ended in made if began]
    return Health(len(made), len(takes) - len(made), median(lasted) if lasted else None)


def _model(name: str, model: str) -> tuple[Provider, Model]:
    if name not in providers.installed():
        raise BadInput("This provider is not installed here.")
    try:
        provider = get_provider(name)
    except Exception as error:
        logger.exception("the clip provider %s cannot be loaded", name)
        raise BadInput("This provider cannot be used here. The log says why.") from error
    for one in provider.models:
        if one.name == (model or provider.models[0].name):
            return provider, one
    raise BadInput("This provider has no such model.")


def _number(text: str, most: int) -> int | None:
    if not text.strip():
        return None
    try:
        number = int(text)
    except ValueError:
        raise BadInput("Please enter whole numbers.") from None
    if not 0 <= number <= most:
        raise BadInput(f"Please enter numbers between 0 and {most}.")
    return number


def _cents(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        cents = float(text)
    except ValueError:
        raise BadInput("Please enter the cost of a credit in cents, such as 1 or 0.5.") from None
    if not 0 <= cents <= MOST_CENTS:  # What is no number at all (nan) is neither.
        raise BadInput(f"A credit costs between 0 and {MOST_CENTS} cents.")
    return cents


def _with(known: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    rest = {key: kept for key, kept in known.items() if key != name}
    return rest if value is None else rest | {name: value}


def _sample_clip(session: Session, operator_id: UUID) -> Clip:
    """Made at the first try, and used again."""
    known = (
        select(Clip)
        .join(Project, col(Project.id) == col(Clip.project_id))
        .where(col(Project.owner_id) == operator_id, col(Project.title) == TRYING)
    )
    if clip := session.exec(known).first():
        return clip
    project = Project(owner_id=operator_id, title=TRYING)
    session.add(project)
    session.flush()
    photo = _sample_photo(project)
    session.add(photo)
    session.flush()
    clip = Clip(owner_id=operator_id, project_id=project.id, photo_id=photo.id, position=0)
    session.add(clip)
    session.flush()
    return clip


def _sample_photo(project: Project) -> Photo:
    photo_id = new_id()
    key = new_key(project.owner_id, "photos", "jpg", photo_id)
    with Image.open(SAMPLE) as picture:
        width, height = picture.size
    incoming = get_settings().incoming_dir
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=incoming, prefix="sample-") as folder:
        get_storage().put(key, Path(shutil.copyfile(SAMPLE, Path(folder) / "sample.jpg")))
    return Photo(
        id=photo_id, owner_id=project.owner_id, project_id=project.id, filename="sample.jpg", width=width,
        height=height, size_bytes=SAMPLE.stat().st_size, master_key=key, thumbnail_key=key,
    )  # fmt: skip
