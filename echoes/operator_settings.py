"""Operator settings, versioned.

What operators set while Echoes runs: each kind a typed value, kept in versions, the newest one counts.

    rewards = configuration.read(session, Rewards)
    configuration.write(session, rewards.model_copy(update={"sign_up": 2}), author_id, "a gift for December")

What is needed before the database can be read stands in `settings`.
"""

import logging
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from echoes.models import Setting
from echoes.settings.sections.sign_in import is_domain

MOST_WRITERS = 20

Credits = Annotated[int, Field(ge=0, le=1000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

logger = logging.getLogger(__name__)


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

    @field_validator("template")
    @classmethod
    def _has_room_for_the_motion(cls, template: str) -> str:
        if "{motion}" not in template:
            raise ValueError("write {motion} where the motion goes")
        return template


class Providers(Configured):
    """Who makes new takes, and on which terms. Keys are names of providers, or `provider/model`."""

    name: ClassVar[str] = "providers"
    active: str = ""
    """Empty: what ECHOES_PROVIDER says."""
    model: str = ""
    """Empty: the provider's first."""
    prices: dict[str, Credits] = Field(default_factory=dict)
    """In credits, by `provider/model`, where they differ from the provider's own."""
    concurrency: dict[str, Annotated[int, Field(ge=1, le=1000)]] = Field(default_factory=dict)
    daily_limits: dict[str, Count] = Field(default_factory=dict)
    cents_per_credit: dict[str, float] = Field(default_factory=lambda: {"runway": 1.0})
    """What a credit of the provider costs us, for the figures of the operator's page."""


class Rewards(Configured):
    """In credits."""

    name: ClassVar[str] = "rewards"
    sign_up: Credits = 1
    sign_up_locally: Credits = 30
    """In local mode, so that a newcomer can make a whole film."""
    referral_friend: Credits = 2
    referral_referrer: Credits = 2
    referral_cap: Count = 20
    """For how many friends one person is rewarded, at most."""
    share: Credits = 1
    share_cap: Count = 10
    """For how many films."""


class Moderation(Configured):
    """A picture that a provider's safety check refuses costs us as much as a good one."""

    name: ClassVar[str] = "moderation"
    refunds_per_day: Count = 3


class SignUpRules(Configured):
    """Who may join."""

    name: ClassVar[str] = "sign_up"
    policy: Literal["", "open", "invited", "domains"] = ""
    """Empty: what ECHOES_SIGN_UP says."""
    domains: list[str] = Field(default_factory=list, max_length=50)
    """Of confirmed e-mail addresses. Empty: what ECHOES_SIGN_UP_DOMAINS says."""
    members_invite: bool = False
    """Whether members may invite too, and not operators alone."""
    member_invitations: Annotated[int, Field(ge=1, le=100)] = 5
    """That one member may have open at a time."""
    whom_to_ask: Annotated[str, Field(max_length=200)] = ""
    """What somebody without an invitation reads."""

    @field_validator("domains")
    @classmethod
    def _are_domains(cls, domains: list[str]) -> list[str]:
        if wrong := [name for name in domains if not is_domain(name)]:
            raise ValueError(f"write domains such as example.org, not {wrong[0][:60]}")
        return domains


class Allowances(Configured):
    """What each person may have, and what all clips together may cost. 0: no limit."""

    name: ClassVar[str] = "allowances"
    photos: Count = 0
    """That one person may keep."""
    film_minutes: Count = 0
    """Of all films of one person together."""
    monthly_credits: Credits = 0
    """That each person is given once a month."""
    paid_by_grant: bool = False
    """Whether only people with a grant use the provider that costs money; others the free one."""
    cents_per_day: Count = 0
    """That providers may cost us. What would cost more waits for an operator."""
    cents_per_month: Count = 0
    expected_cents: Annotated[int, Field(ge=1, le=10_000)] = 50
    """That a clip is expected to cost, as long as its provider has charged for none."""


class Rendering(Configured):
    """What is made in AWS Lambda and what by the workers, where ECHOES_RENDERER is lambda."""

    name: ClassVar[str] = "rendering"
    films: Literal["", "machine", "lambda"] = ""
    """Empty: what ECHOES_LAMBDA_FILMS says."""
    clips: Literal["", "machine", "lambda"] = ""
    """That were delivered in another form. Empty: what ECHOES_LAMBDA_CLIPS says."""


KINDS: tuple[type[Configured], ...] = (
    *(Prompting, Providers, Rewards, Moderation, SignUpRules, Allowances, Rendering),
)
Kind = TypeVar("Kind", bound=Configured)


def read(session: Session, kind: type[Kind]) -> Kind:
    """A version that cannot be read (by hand, or of a later release) gives way to the one before it."""
    below: int | None = None
    while row := _newest(session, kind, below):
        below = row.version
        try:
            return kind.model_validate(row.value)
        except ValidationError:
            logger.exception("version %d of %s cannot be read; the one before holds", row.version, kind.name)
    return kind()


def _newest(session: Session, kind: type[Configured], below: int | None) -> Setting | None:
    versions = select(Setting).where(col(Setting.name) == kind.name)
    if below is not None:
        versions = versions.where(col(Setting.version) < below)
    return session.exec(versions.order_by(col(Setting.version).desc()).limit(1)).first()


def hold(session: Session, kind: type[Configured]) -> int:
    """The newest version's number, 0 without any. Until this transaction ends nobody writes another one; on
    SQLite nobody writes anything."""
    if session.get_bind().dialect.name == "postgresql":
        key = func.hashtext(f"setting {kind.name}")
        session.connection().execute(select(func.pg_advisory_xact_lock(key)))
    return latest(session, kind)


def latest(session: Session, kind: type[Configured]) -> int:
    """The newest version's number, 0 without any."""
    return session.exec(select(func.max(Setting.version)).where(col(Setting.name) == kind.name)).one() or 0


def write(session: Session, value: Configured, author_id: UUID | None, note: str = "") -> int:
    """The new version's number. Earlier versions stay."""
    facts = {"name": value.name, "value": value.model_dump(mode="json"), "author_id": author_id, "note": note}
    for _ in range(MOST_WRITERS):
        try:
            with session.begin_nested():
                return _add_version(session, facts)
        except IntegrityError:
            continue  # Another operator wrote at the same moment: ours comes after theirs.
    raise RuntimeError(f"{value.name} is being written again and again")


def _add_version(session: Session, facts: Mapping[str, Any]) -> int:
    last = select(func.max(Setting.version)).where(col(Setting.name) == facts["name"])
    row = Setting(version=(session.exec(last).one() or 0) + 1, **facts)
    session.add(row)
    session.flush()
    return row.version


def history(session: Session, kind: type[Configured]) -> list[Setting]:
    """Newest first."""
    versions = select(Setting).where(col(Setting.name) == kind.name)
    return list(session.exec(versions.order_by(col(Setting.version).desc())))
