"""Invocations: what a compiler elsewhere is to do, as one JSON object in the bucket, and the names of the
objects that belong to it.

The same on both sides. An event carries the id alone; ids are made of what is asked for, so that asking twice
asks once.
"""

import json
import re
from dataclasses import asdict, dataclass, field, fields
from hashlib import blake2b
from typing import Any

from compiler.errors import BadRequest

INVOCATIONS = "invocations"
"""The first part of the keys of all these objects."""
_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)


@dataclass(frozen=True)
class Invocation:
    command: str
    request: dict[str, Any]
    """JSON of a `compiler.requests.Request`, which names its files as `read` and `written` do."""
    read: dict[str, str] = field(default_factory=dict)
    """Keys of the bucket by the names of what is read."""
    written: dict[str, str] = field(default_factory=dict)
    segments: str = ""
    """The request's name of its segment cache, whose pieces are in the bucket below `segments/`; or none."""
    callback: str = ""
    """An address that is told of the end. It carries its own proof, and is no part of the id."""
    cache_control: str = ""
    """Of what is written, as the application's own files have it."""
    stale_seconds: float = 60.0
    """A claim that was not renewed for so long is given to whoever comes next."""

    @property
    def id(self) -> str:
        asked = [self.command, self.request, self.read, self.written]
        content = json.dumps(asked, sort_keys=True, separators=(",", ":"))
        return blake2b(content.encode(), digest_size=20).hexdigest()

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Invocation":
        """Raises BadRequest for what no invocation can be."""
        try:
            value = json.loads(content)
            return cls(**{name: value[name] for name in {each.name for each in fields(cls)} & set(value)})
        except (ValueError, TypeError) as error:
            raise BadRequest("The invocation is not readable.") from error


@dataclass(frozen=True)
class InvocationKeys:
    """The keys of one invocation's objects. ValueError for an id that is none."""

    id: str

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"not the id of an invocation: {self.id!r}")

    @property
    def request(self) -> str:
        """An `Invocation`: written first, by whoever asks."""
        return self._key("request")

    @property
    def status(self) -> str:
        """The claim of the function that works on it, renewed with its progress."""
        return self._key("status")

    @property
    def cancel(self) -> str:
        """Written by whoever asked, when nobody wants the result any more."""
        return self._key("cancel")

    @property
    def result(self) -> str:
        """A `Reply`: written last, and once."""
        return self._key("result")

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which they are deleted: without its request nobody begins it."""
        return self.request, self.status, self.result, self.cancel

    def _key(self, name: str) -> str:
        return f"{INVOCATIONS}/{self.id}/{name}.json"


@dataclass(frozen=True)
class Status:
    """`beat` counts renewals, so that each one differs from the last."""

    token: str
    beat: int
    progress: float = 0.0
    stage: str = ""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Status":
        return cls(**json.loads(content))


@dataclass(frozen=True)
class Reply:
    """The last line that the compiler's process said, and for operators how it ended."""

    said: str
    cause: str = ""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Reply":
        return cls(**json.loads(content))
