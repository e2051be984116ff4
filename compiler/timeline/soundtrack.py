"""Music under a film, as its timeline describes it."""

from dataclasses import dataclass
from typing import Any

from compiler.timeline.fields import LONGEST_SECONDS, Fields


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """Music under the film. Times in seconds; `duration` is the track's own length, where it is known."""

    music: str
    volume: float = 1.0
    start: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 2.0
    loop: bool = True
    duration: float | None = None
    normalise: bool = True

    @classmethod
    def from_json(cls, value: Any, where: str = "soundtrack") -> "Soundtrack":
        fields = Fields(value, where)
        soundtrack = cls(
            music=fields.text("music"),
            volume=fields.number("volume", 1.0, 0.0, 2.0),
            start=fields.number("start", 0.0, 0.0, LONGEST_SECONDS),
            fade_in=fields.number("fade_in", 0.0, 0.0, 60.0),
            fade_out=fields.number("fade_out", 2.0, 0.0, 60.0),
            loop=fields.flag("loop", True),
            duration=fields.optional_number("duration", 0.0, LONGEST_SECONDS),
            normalise=fields.flag("normalise", True),
        )
        fields.finish()
        return soundtrack

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}
