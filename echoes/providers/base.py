"""What a clip provider is. One take is made within one connection, at times in several after a crash:

async with provider.connect(folder, record) as connection:
    job_id = await connection.submit(request)   # once, and the id is kept before anything else
    state = await connection.poll(job_id)       # Waiting | Running | Succeeded | Failed
    delivered = await connection.fetch(job_id)  # after Succeeded

Sentences say what happened and what to do. Whether a credit comes back is not theirs to say.

ProviderError
├── UnknownProvider        not installed here
├── NotSubmitted           surely: there is no job
│   ├── NotConfigured      no key, or one that the provider does not take
│   └── RequestRefused     the provider will not make this, however often it is asked
├── PerhapsSubmitted       the answer was lost: there may be a job, and it may be billed
├── Unreachable            asking about a job failed; the job itself goes on
└── DeliveryFailed         the job succeeded, and its file did not arrive whole
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from typing import Any, Literal, Protocol

from compiler.subject import AUTOMATIC, FramingChoice, PhotoSubject
from echoes.errors import EchoesError

Size = tuple[int, int]


class ProviderError(EchoesError):
    """`kind` is a word for rows and statistics, `cause` is for the operator and holds no secret."""

    status = 502
    code = "provider_failed"
    kind = "provider"
    retryable = False
    tries: int | None = None
    """How often this is tried at most; None: as often as the job is otherwise."""

    def __init__(self, sentence: str, cause: str = "") -> None:
        super().__init__(sentence)
        self.cause = cause


class UnknownProvider(ProviderError):
    status = 503
    code = "provider_unknown"
    kind = "unknown_provider"

    def __init__(self, name: str) -> None:
        super().__init__(f"The clip provider “{name}” is no longer installed here.")


class NotSubmitted(ProviderError):
    """Surely: the request never became a job, and may be sent again, after so many seconds if it says so."""

    code = "not_submitted"
    kind = "not_submitted"
    retryable = True

    def __init__(self, sentence: str, retry_after: float | None = None, cause: str = "") -> None:
        super().__init__(sentence, cause)
        self.retry_after = retry_after


class NotConfigured(NotSubmitted):
    status = 503
    code = "provider_not_configured"
    kind = "not_configured"
    retryable = False

    def __init__(self, cause: str) -> None:
        super().__init__(
            "Clips cannot be made here right now. The people who run this site can see why.", cause=cause
        )


class RequestRefused(NotSubmitted):
    status = 422
    code = "provider_refused"
    kind = "refused"
    retryable = False


class PerhapsSubmitted(ProviderError):
    """The answer was lost: a job may exist, and may be billed. It is not sent again."""

    code = "perhaps_submitted"
    kind = "perhaps_submitted"


class Unreachable(ProviderError):
    """The job goes on without us: ask again, after so many seconds if it says so."""

    status = 504
    code = "provider_unreachable"
    kind = "unreachable"
    retryable = True

    def __init__(self, sentence: str, retry_after: float | None = None, cause: str = "") -> None:
        super().__init__(sentence, cause)
        self.retry_after = retry_after


class DeliveryFailed(ProviderError):
    """`kind` is expired, truncated, damaged, not_a_video, too_large or unreachable. To try again is free."""

    code = "delivery_failed"

    def __init__(self, kind: str, sentence: str, cause: str = "", retryable: bool = True) -> None:
        super().__init__(sentence, cause)
        self.kind, self.retryable = kind, retryable


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a provider's model can do, and what a clip of it costs in credits."""

    name: str
    title: str
    sizes: tuple[Size, ...]
    durations: tuple[float, ...] = ()
    """In seconds; none: any."""
    prompt_required: bool = False
    prompt_limit: int | None = None
    """None: there is no limit. 0: it takes no prompt."""
    prompt_unit: Literal["utf16", "characters"] = "characters"
    takes_seed: bool = False
    price: int = 1

    def nearest_size(self, size: Size) -> Size:
        """The same one, or that of the most similar shape."""
        return min(self.sizes, key=lambda own: (own != size, abs(log(own[0] * size[1] / own[1] / size[0]))))

    def nearest_duration(self, seconds: float) -> float:
        """Of two that are as near, the longer one."""
        return min(self.durations, key=lambda own: (abs(own - seconds), -own), default=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRequest:
    """`size` and `seconds` are wishes: the provider takes the nearest that the model has."""

    model: str
    photo: Path
    motion: str
    size: Size
    seconds: float
    prompt: str | None = None
    seed: int | None = None
    framing: FramingChoice = AUTOMATIC
    """How a camera that moves over the photo frames it."""
    subject: PhotoSubject | None = None
    """What the photo shows, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Accepted, and in the provider's own line."""

    position: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    progress: float | None = None
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    pass


@dataclass(frozen=True, slots=True)
class Failed:
    """`sentence` is for the user, `cause` for the operator; `cost` is in the provider's credits.

    `refundable`: the provider gives its price back to us, which the operator reads. The user's credit comes
    back either way, unless a safety check `moderated` the job more often than operators pay for.
    """

    kind: str
    sentence: str
    cause: str = ""
    retryable: bool = False
    refundable: bool = True
    moderated: bool = False
    cost: float | None = None


State = Waiting | Running | Succeeded | Failed


@dataclass(frozen=True, slots=True)
class Delivered:
    """A whole video in the connection's folder; one that is not in the compiler's profile is conformed."""

    video: Path
    in_profile: bool = False
    cost: float | None = None
    """In the provider's own credits, as far as it says."""
    frames: int | None = None
    profile_version: int | None = None
    """These two come with a clip that is in the profile."""
    poster: Path | None = None
    small_poster: Path | None = None
    """Where they were made along with it; else they are made of it."""


@dataclass(frozen=True, slots=True)
class CancelAnswer:
    """`stopped`: there will be no clip. `charged`: the provider keeps its price all the same."""

    stopped: bool
    charged: bool
    cost: float | None = None
    """In the provider's credits, where it says so."""


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What the provider allows our account for one model; None: no limit, or it does not say."""

    concurrency: int | None = None
    daily: int | None = None
    used_today: int | None = None
    balance: float | None = None
    """In the provider's own credits."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to a provider and what came back, fit for an operator's eyes: no secret, no picture."""

    call: str
    """Such as `POST /v1/image_to_video`."""
    seconds: float
    request: dict[str, Any] = field(default_factory=dict)
    response: dict[str, Any] = field(default_factory=dict)
    """`status` and `body`, or `error`."""


Recorder = Callable[[Exchange], Awaitable[None]]


async def unrecorded(_exchange: Exchange) -> None:
    """For those who do not want to know."""


class ProviderConnection(Protocol):
    """Leaving it ends whatever work it does on this machine."""

    async def submit(self, request: ClipRequest) -> str:
        """The provider's id of the new job; raises NotSubmitted or PerhapsSubmitted, and nothing else."""
        ...

    async def poll(self, job_id: str) -> State:
        """Raises Unreachable."""
        ...

    async def cancel(self, job_id: str) -> CancelAnswer:
        """Tells the provider that nobody wants the job any more. May be said twice; raises Unreachable."""
        ...

    async def fetch(self, job_id: str) -> Delivered:
        """Raises DeliveryFailed or Unreachable."""
        ...


class Provider(Protocol):
    name: str
    title: str
    models: tuple[Model, ...]
    """The first one is used when operators choose none."""
    is_generative: bool
    """Whether a trained model makes the movement: each film says so of its shots (Content Credentials)."""
    repeatable: bool
    """Submitting the same request twice costs nothing: after a crash it may simply be sent again."""

    @property
    def poll_seconds(self) -> float:
        """How long to wait between two questions, a little more or less."""
        ...

    def connect(
        self, folder: Path, record: Recorder = unrecorded
    ) -> AbstractAsyncContextManager[ProviderConnection]:
        """What it needs on disk, and what it fetches, lies in the folder. Raises NotConfigured."""
        ...

    async def limits(self, model: str) -> AccountLimits | None:
        """What the provider says of our account, where it does; raises Unreachable."""
        ...
