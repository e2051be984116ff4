"""Music under a film, as its timeline describes it."""

from dataclasses import dataclass
from typing import Any

from compiler.timeline.fields import LONGEST_SECONDS, Fields

MOST_TRACKS = 100


@dataclass(frozen=True, slots=True)
class Track:
    """One piece of music of a soundtrack, from second `start` of it to its end. `duration` is its own length,
    where it is known."""

    music: str
    start: float = 0.0
    duration: float | None = None

    @classmethod
    def from_json(cls, value: Any, where: str = "track") -> "Track":
        fields = Fields(value, where)
        track = cls(
            music=fields.text("music"),
            start=fields.number("start", 0.0, 0.0, LONGEST_SECONDS),
            duration=fields.optional_number("duration", 0.0, LONGEST_SECONDS),
        )
        fields.finish()
        return track

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """Music under the film. Times in seconds; `duration` is the first track's own length, where it is known.

    `further` tracks play one after another when the first one ends, each beginning under the end of the one
    before it. With `loop` all of them are repeated in turn.
    """

    music: str
    volume: float = 1.0
    start: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 2.0
    loop: bool = True
    duration: float | None = None
    normalise: bool = True
    further: tuple[Track, ...] = ()

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
            further=tuple(fields.each("further", Track.from_json, MOST_TRACKS)),
        )
        fields.finish()
        return soundtrack

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"further": [track.to_json() for track in self.further]}

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All of them, the first one too, in the order in which they play."""
        return (Track(self.music, self.start, self.duration), *self.further)
