"""Pricing.

What things cost and earn: packs, rewards, the rule for refused pictures, the prompt, the providers.

All of it is kept in versions (`configuration`), except packs, whose changes the audit log holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, select

from echoes import operator_settings
from echoes.admin.audit import Operator, record
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import CreditPack, Setting, User
from echoes.operator_settings import Configured
from echoes.text.validation import is_shown

LONGEST_TITLE = 60
MOST_CREDITS, LEAST_CENTS, MOST_CENTS, LAST_PLACE = 10_000, 50, 1_000_000, 1000

MEANWHILE = (
    "Somebody else has changed this in the meantime. Check the new values, then save again if you still"
    " want yours."
)

Kind = TypeVar("Kind", bound=Configured)


class Outdated(Refused):
    """What was saved was made of something that is not so any more: it would take somebody's change back."""

    status = 409
    code = "outdated"


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    value: dict[str, Any]
    note: str
    author: str
    when: datetime


def versions(session: Session, kind: type[Configured]) -> list[Version]:
    """Newest first."""
    found = operator_settings.history(session, kind)
    ids = {setting.author_id for setting in found if setting.author_id}
    people = select(User.id, User.name).where(col(User.id).in_(ids))
    authors = dict(session.exec(people).all()) if ids else {}
    return [
        Version(
            setting.version,
            setting.value,
            setting.note,
            authors.get(setting.author_id, "somebody who has left") if setting.author_id else "Echoes",
            setting.created_at,
        )
        for setting in found
    ]


def differences(kind: type[Configured], known: Sequence[Version]) -> list[dict[str, tuple[Any, Any]]]:
    """What each version changed of the one before it, or of what Echoes came with."""
    values = [*(version.value for version in known), kind().model_dump(mode="json")]
    return [
        {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
        for after, before in pairwise(values)
    ]


def change(
    session: Session, operator: Operator, kind: type[Kind], changes: Mapping[str, Any], note: str = "",
    based_on: int | None = None,
) -> Kind:  # fmt: skip
    """A new version with these changes; none when nothing would be different. Raises Outdated when there is
    a newer version than the one that they are `based_on`."""
    newest = operator_settings.hold(session, kind)
    if based_on not in (None, newest):
        raise Outdated(MEANWHILE)
    before = operator_settings.read(session, kind)
    try:
        after = kind.model_validate(before.model_dump() | dict(changes))
    except ValidationError as error:
        raise BadInput(_sentence(error)) from error
    if after != before:
        _keep(session, operator, before, after, note)
    return after


def go_back(session: Session, operator: Operator, kind: type[Kind], version: int) -> Kind:
    """As it was in that version: itself a new one, so that nothing is lost."""
    operator_settings.hold(session, kind)
    found = select(Setting).where(col(Setting.name) == kind.name, col(Setting.version) == version)
    if (old := session.exec(found).one_or_none()) is None:
        raise NotFound("There is no such version.")
    before, after = operator_settings.read(session, kind), kind.model_validate(old.value)
    if after != before:
        _keep(session, operator, before, after, f"back to version {version}")
    return after


def packs(session: Session) -> list[CreditPack]:
    """Those that are offered first, each in its place."""
    order = (col(CreditPack.is_offered).desc(), col(CreditPack.position), col(CreditPack.credits))
    return list(session.exec(select(CreditPack).order_by(*order)))


def save_pack(
    session: Session, operator: Operator, pack_id: UUID | None, values: Mapping[str, Any],
    shown: Mapping[str, Any] | None = None,
) -> CreditPack:  # fmt: skip
    """Orders keep what they were for: a changed price is for those who buy from now on. Raises Outdated when
    the pack is not as it was `shown`."""
    pack = (
        CreditPack(title="", credits=1, price_cents=LEAST_CENTS)
        if pack_id is None
        else session.get(CreditPack, pack_id, with_for_update=True)
    )
    if pack is None:
        raise NotFound("There is no such pack.")
    before = {} if pack_id is None else _facts(pack)
    if any(before.get(name) != value for name, value in (shown or {}).items()):
        raise Outdated(MEANWHILE)
    for name, value in _checked(values).items():
        setattr(pack, name, value)
    session.add(pack)
    session.flush()
    record(session, operator, "pack", pack.id, before=before, after=_facts(pack))
    return pack


def _keep(session: Session, operator: Operator, before: Configured, after: Configured, note: str) -> None:
    operator_settings.write(session, after, operator.id, note)
    was, is_now = before.model_dump(mode="json"), after.model_dump(mode="json")
    changed = [name for name in is_now if was[name] != is_now[name]]
    record(
        session, operator, f"set {after.name}", before={name: was[name] for name in changed},
        after={name: is_now[name] for name in changed}, reason=note,
    )  # fmt: skip


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    title = " ".join(str(values["title"]).split())
    if len(title) > LONGEST_TITLE or not is_shown(title):
        raise BadInput(f"A pack needs a title of 1 to {LONGEST_TITLE} characters.")
    size, cents = _whole(values["credits"]), _whole(values["price_cents"])
    if not 1 <= size <= MOST_CREDITS:
        raise BadInput(f"A pack holds 1 to {MOST_CREDITS} credits.")
    if not LEAST_CENTS <= cents <= MOST_CENTS:
        raise BadInput("A pack costs between 0.50 and 10,000.")
    position = _whole(values["position"])
    if not 0 <= position <= LAST_PLACE:
        raise BadInput(f"The position is a number from 0 to {LAST_PLACE}.")
    return {
        "title": title, "credits": size, "price_cents": cents, "position": position,
        "stripe_price_id": str(values["stripe_price_id"]).strip() or None,
        "is_offered": bool(values["is_offered"]),
    }  # fmt: skip


def _whole(value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise BadInput("Please enter whole numbers.") from None


def _facts(pack: CreditPack) -> dict[str, Any]:
    return pack.model_dump(mode="json", exclude={"id", "created_at"})


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"“{'.'.join(map(str, first['loc'])).replace('_', ' ')}”: {first['msg'].lower()}."
