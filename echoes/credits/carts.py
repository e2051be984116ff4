"""Carts: what somebody was about to make when the credits ran out, kept while they buy, one a person."""

from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlmodel import col, delete, select

from echoes.credits import ledger
from echoes.database import UserSession
from echoes.errors import BadInput, NotFound
from echoes.models import Cart, Project


class CartContents(BaseModel):
    """As they are given to `clips.service` and `clips.regeneration`, which judge them when they are carried
    out: photos to animate, or a clip to make longer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    photo_ids: list[UUID] = Field(default_factory=list, max_length=1000)
    clip_id: UUID | None = None
    seconds: int | None = Field(default=None, ge=1, le=60)
    """That the clip is to last."""
    motion: str = Field(default="", max_length=40)
    wish: str = Field(default="", max_length=1000)
    variations: int = Field(default=1, ge=1, le=10)
    price: int | None = Field(default=None, ge=0)
    """What each was said to cost when it was chosen; carts of earlier days do not know it."""

    @model_validator(mode="after")
    def _names_one_kind(self) -> Self:
        if bool(self.photo_ids) == (self.clip_id is not None):
            raise ValueError("photos, or a clip")
        if (self.clip_id is None) != (self.seconds is None):
            raise ValueError("a length belongs to a clip")
        return self


def keep(session: UserSession, project_id: UUID, wishes: dict[str, Any]) -> None:
    """Instead of the one before."""
    try:
        kept = CartContents.model_validate(wishes).model_dump(mode="json", exclude_none=True)
    except ValidationError:
        raise BadInput("We could not keep this for later. Please choose the photos again.") from None
    if session.get(Project, project_id) is None:
        raise NotFound
    ledger.lock(session, session.user_id)  # Two tabs may run out of credits at once.
    session.exec(delete(Cart).where(col(Cart.owner_id) == session.user_id))
    session.add(Cart(owner_id=session.user_id, project_id=project_id, wishes=kept))
    session.flush()


def find(session: UserSession) -> Cart | None:
    return session.exec(select(Cart).where(col(Cart.owner_id) == session.user_id)).one_or_none()


def drop(session: UserSession) -> None:
    session.exec(delete(Cart).where(col(Cart.owner_id) == session.user_id))
