"""Request takes: the price, and rows, debits and jobs in one transaction, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from echoes.credits import ledger, refunds
from echoes.credits.ledger import Movement
from echoes.database import UserSession
from echoes.errors import BadInput, Refused
from echoes.jobs.names import JobName
from echoes.jobs.queues import clips_queue, next_turn
from echoes.jobs.requests import Place, enqueue
from echoes.models import Clip, EntryKind, JobEvent, Photo, Project, Take, now
from echoes.providers import active, price_of
from echoes.providers.base import Model, Provider
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.takes import spending_limits
from echoes.takes.motions import SURPRISE, Motion, choose_motion, motions_of, takes_words
from echoes.takes.prompts import check_motion, compose
from echoes.text.formatting import pluralize
from echoes.text.isolation import isolated

MOST_VARIATIONS = 4
LONGEST_NAME = 60


class PriceChanged(Refused):
    """Nobody pays a price that they were not shown."""

    status = 409
    code = "price_changed"

    def __init__(self, price: int) -> None:
        super().__init__(f"Clips {price_in_words(price)} now. Please check, then tap again.")
        self.price = price


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """What a person asks for; as it came from outside, nothing in it is checked yet."""

    motion: str = SURPRISE
    words: str = ""
    variations: int = 1
    price: int | None = None
    """What the page said that each costs; None: nobody was shown a price."""


@dataclass(frozen=True, slots=True)
class TakeOffer:
    """How takes are made now, and at what price each."""

    provider: Provider
    model: Model
    price: int
    refused_left: int
    """How many more pictures that a safety check refuses are paid back today."""

    @property
    def takes_words(self) -> bool:
        return takes_words(self.model)

    @property
    def motions(self) -> tuple[Motion, ...]:
        return motions_of(self.model)


@dataclass(frozen=True, slots=True)
class RequestedClip:
    """A clip to be made a take of, and how many it has had."""

    clip: Clip
    photo: Photo
    earlier: int
    motion: str = ""
    """Instead of the one that is requested for all."""
    seconds: float | None = None
    """None: the usual length."""
    place_id: UUID | None = None
    """The clip of the film that is to show it when it is ready."""


def price_in_words(price: int) -> str:
    return f"cost {pluralize(price, 'credit')}" if price else "are free"


def offer(session: UserSession) -> TakeOffer:
    provider, model = active(session)
    price = price_of(session, provider, model)
    return TakeOffer(provider, model, price, refunds.refused_pictures_left(session, session.user_id))


def request_takes(
    session: UserSession, project: Project, clips: Sequence[RequestedClip], wish: TakeRequest
) -> list[Take]:
    """Raises PriceChanged, OutOfCredits or TooOften for all together, before anything is written."""
    provider, model = active(session)
    price, motion, words = price_of(session, provider, model), *check_motion(model, wish.motion, wish.words)
    _check_variations(model, motion, wish.variations)
    if wish.price is not None and wish.price != price:
        raise PriceChanged(price)
    ledger.require(session, session.user_id, price * wish.variations * len(clips))
    _count(session, wish.variations * len(clips))
    queue = clips_queue(provider.name)
    turn = next_turn(queue, session.user_id) if clips else 1
    fits = spending_limits.clips_that_fit(session, provider.name, model)
    takes: list[Take] = []
    for requested in clips:
        for variation in range(wish.variations):
            take = _take(requested, project, provider, model, requested.motion or motion, variation)
            take.price, take.wish, take.prompt = price, words, compose(session, model, motion, words)
            take.seconds, take.place_id = requested.seconds, requested.place_id
            take.held_at = None if fits is None or len(takes) < fits else now()
            _write(session, take, requested.photo, Place(queue, turn + len(takes)))
            takes.append(take)
    if any(take.held_at for take in takes):
        spending_limits.tell_operators(session)
    return takes


def _count(session: UserSession, takes: int) -> None:
    limiter = get_rate_limiter()
    if takes:
        limiter.count(limiter.limits.take, str(session.user_id), takes)


def _take(
    requested: RequestedClip, project: Project, provider: Provider, model: Model, motion: str, variation: int
) -> Take:
    turn = requested.clip.position + 2 * requested.earlier + variation
    return Take(
        owner_id=project.owner_id,
        clip_id=requested.clip.id,
        provider=provider.name,
        model=model.name,
        motion=choose_motion(model, motion, turn),
        aspect=project.aspect,
    )


def _write(session: UserSession, take: Take, photo: Photo, place: Place) -> None:
    session.add(take)
    session.flush()
    if take.price > 0:
        note = f"Clip of {isolated(photo.filename[:LONGEST_NAME])}"
        ledger.spend(session, take.owner_id, _debit(take, note))
    session.add(_asked(take))
    if take.held_at is None:
        enqueue(session, JobName.GENERATE_TAKE, take.id, take.owner_id, place)


def _debit(take: Take, note: str) -> Movement:
    return Movement(EntryKind.GENERATION, take.price, refunds.reference(take.id), note, take.id)


def _asked(take: Take) -> JobEvent:
    data = {"provider": take.provider, "model": take.model, "motion": take.motion, "price": take.price}
    if take.held_at is not None:
        data["held"] = True
    return JobEvent(
        owner_id=take.owner_id, subject_id=take.id, message="asked", data=data | {"prompt": take.prompt}
    )


def _check_variations(model: Model, motion: str, variations: int) -> None:
    if not 1 <= variations <= MOST_VARIATIONS:
        raise BadInput(f"You can ask for one to {MOST_VARIATIONS} at a time.")
    if variations > 1 and not takes_words(model) and motion != SURPRISE:
        raise BadInput("This camera move looks the same every time, so one is enough.")
