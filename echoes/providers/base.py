"""What a clip provider is. One take is made within one connection, at times in several after a crash:

async with provider.connect(folder) as connection:
    job_id = await connection.submit(request)   # once, and the id is kept before anything else
    state = await connection.poll(job_id)       # Waiting | Running | Succeeded | Failed
    clip = await connection.fetch(job_id)       # after Succeeded
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from echoes.errors import EchoesError


class ProviderError(EchoesError):
    """The provider cannot be used, or not now. `kind` is a word for rows and statistics."""

    kind = "provider"
    retryable = False


class UnknownProvider(ProviderError):
    kind = "unknown_provider"

    def __init__(self, name: str) -> None:
        super().__init__(f"The clip provider “{name}” is not installed here any more.")


class NotSubmitted(ProviderError):
    """Surely: the request never became a job, and may be sent again."""

    kind = "not_submitted"
    retryable = True


class PerhapsSubmitted(ProviderError):
    """The answer was lost: a job may exist, and may be billed. It is not sent again."""

    kind = "perhaps_submitted"


@dataclass(frozen=True, slots=True)
class Model:
    """What a provider's model can do."""

    name: str
    sizes: tuple[tuple[int, int], ...]
    shortest_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class ClipRequest:
    model: str
    photo: Path
    motion: str
    size: tuple[int, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Waiting:
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Succeeded:
    pass


@dataclass(frozen=True, slots=True)
class Failed:
    """`sentence` is for the user, `cause` for the operator."""

    kind: str
    sentence: str
    cause: str = ""
    retryable: bool = False


State = Waiting | Running | Succeeded | Failed


@dataclass(frozen=True, slots=True)
class MadeClip:
    """What a provider made, fetched: a clip in the compiler's profile."""

    video: Path
    frames: int
    profile_version: int


class Connection(Protocol):
    """Leaving it ends whatever work it does on this machine."""

    async def submit(self, request: ClipRequest) -> str:
        """The provider's id of the new job; raises NotSubmitted or PerhapsSubmitted."""
        ...

    async def poll(self, job_id: str) -> State: ...

    async def cancel(self, job_id: str) -> None:
        """Tells the provider that nobody wants the job any more."""
        ...

    async def fetch(self, job_id: str) -> MadeClip: ...


class Provider(Protocol):
    name: str
    models: tuple[Model, ...]
    poll_seconds: float
    repeatable: bool
    """Submitting the same request twice costs nothing: after a crash it may simply be sent again."""

    def connect(self, folder: Path) -> AbstractAsyncContextManager[Connection]:
        """What the connection needs on disk, and what it fetches, lies in the folder."""
        ...
