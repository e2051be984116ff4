"""What operators set while Echoes runs: each kind a typed value, kept in versions, the newest one counts.

    rewards = configuration.read(session, Rewards)
    configuration.write(session, rewards.model_copy(update={"sign_up": 2}), author_id, "a gift for December")

What is needed before the database can be read stands in `settings`.
"""

from typing import ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, func, select

from echoes.models import Setting


class Configured(BaseModel):
    """Without any version in the database the defaults hold."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: ClassVar[str]


class Prompting(Configured):
    """How a motion becomes the prompt that a provider gets; `{motion}` is where it goes."""

    name: ClassVar[str] = "prompting"
    template: str = (
        "A treasured family photograph comes gently to life. {motion} Faces keep their likeness and "
        "expression; movement is slow, natural and small. The camera and the light stay true to the picture."
    )


class Providers(Configured):
    """Who makes new takes, and on which terms. Keys are names of providers, or `provider/model`."""

    name: ClassVar[str] = "providers"
    active: str = ""
    """Empty: what ECHOES_PROVIDER says."""
    model: str = ""
    """Empty: the provider's first."""
    prices: dict[str, int] = Field(default_factory=dict)
    """In credits, by `provider/model`, where they differ from the provider's own."""
    concurrency: dict[str, int] = Field(default_factory=dict)
    daily_limits: dict[str, int] = Field(default_factory=dict)


class Rewards(Configured):
    """In credits."""

    name: ClassVar[str] = "rewards"
    sign_up: int = Field(default=1, ge=0)
    sign_up_locally: int = Field(default=30, ge=0)
    """In local mode, so that a newcomer can make a whole film."""
    referral_friend: int = Field(default=2, ge=0)
    referral_referrer: int = Field(default=2, ge=0)
    referral_cap: int = Field(default=20, ge=0)
    """How many friends are rewarded for, at most."""
    share: int = Field(default=1, ge=0)
    share_cap: int = Field(default=10, ge=0)


class Moderation(Configured):
    """A picture that a provider's safety check refuses costs us as much as a good one."""

    name: ClassVar[str] = "moderation"
    refunds_per_day: int = Field(default=3, ge=0)


KINDS: tuple[type[Configured], ...] = (Prompting, Providers, Rewards, Moderation)
Kind = TypeVar("Kind", bound=Configured)


def read(session: Session, kind: type[Kind]) -> Kind:
    newest = select(Setting).where(col(Setting.name) == kind.name).order_by(col(Setting.version).desc())
    found = session.exec(newest.limit(1)).first()
    return kind() if found is None else kind.model_validate(found.value)


def write(session: Session, value: Configured, author_id: UUID | None, note: str = "") -> int:
    """The new version's number. Earlier versions stay."""
    last = select(func.max(Setting.version)).where(col(Setting.name) == value.name)
    version = (session.exec(last).one() or 0) + 1
    row = Setting(
        name=value.name, version=version, value=value.model_dump(mode="json"), author_id=author_id, note=note
    )
    session.add(row)
    session.flush()
    return version


def history(session: Session, kind: type[Configured]) -> list[Setting]:
    """Newest first."""
    versions = select(Setting).where(col(Setting.name) == kind.name)
    return list(session.exec(versions.order_by(col(Setting.version).desc())))
