"""Timeline model: immutable, in whole frames, the same for the player in a browser and the renderer.

Imports nothing heavy: the web process computes timelines too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compiler.errors import BadRequest
from compiler.timeline.fields import LONGEST_SECONDS, Fields
from compiler.timeline.soundtrack import Soundtrack as Soundtrack
from compiler.timeline.soundtrack import Track as Track
from compiler.timeline.versions import VERSION, upgraded

FRAME_RATE = 24
TRANSITION_KINDS = ("cut", "crossfade", "fade_black", "fade_white", "wipe", "slide", "push", "zoom", "blur")
FITS = ("fill", "blur", "color")
SHORTEST_TRANSITION, LONGEST_TRANSITION = 0.2, 2.0
MOST_SHOTS = 1000
LONGEST_TEXT = 300
LONGEST_MARK = 20
LONGEST_FADE = 5.0
TITLE_STYLES = ("plain", "album", "cinema")


def to_frames(seconds: float) -> int:
    """Halves round up, so that a place never depends on whether its number is even."""
    return int(seconds * FRAME_RATE + 0.5)


def to_seconds(frames: int) -> float:
    return frames / FRAME_RATE


@dataclass(frozen=True, slots=True)
class Shot:
    """A clip, or the part of it from frame `start` up to, not including, frame `end`.

    `frames` is the length of the whole clip. It must be known before a layout is computed, unless `end` is.
    """

    clip: str
    frames: int | None = None
    start: int = 0
    end: int | None = None
    caption: str | None = None
    audio: str | None = None
    audio_volume: float = 1.0
    mark: str | None = None
    """A word in a corner of the picture for as long as the shot is alone, such as that it is generated."""

    @classmethod
    def from_json(cls, value: Any, where: str = "shot") -> "Shot":
        fields = Fields(value, where)
        duration = fields.optional_number("duration", 0, LONGEST_SECONDS)
        frames = fields.optional_whole("frames", 1, to_frames(LONGEST_SECONDS))
        end = fields.optional_number("end", 0, LONGEST_SECONDS)
        shot = cls(
            clip=fields.text("clip"),
            frames=to_frames(duration) if frames is None and duration is not None else frames,
            start=to_frames(fields.number("start", 0.0, 0.0, LONGEST_SECONDS)),
            end=None if end is None else to_frames(end),
            caption=fields.optional_text("caption", LONGEST_TEXT) or None,
            audio=fields.optional_text("audio"),
            audio_volume=fields.number("audio_volume", 1.0, 0.0, 2.0),
            mark=fields.optional_text("mark", LONGEST_MARK) or None,
        )
        fields.finish()
        return shot

    def to_json(self) -> dict[str, Any]:
        """The mark only where there is one: a timeline from before there were any is the same as it was."""
        described = {
            "clip": self.clip,
            "frames": self.frames,
            "start": to_seconds(self.start),
            "end": None if self.end is None else to_seconds(self.end),
            "caption": self.caption,
            "audio": self.audio,
            "audio_volume": self.audio_volume,
        }
        return described | ({"mark": self.mark} if self.mark else {})


@dataclass(frozen=True, slots=True)
class Transition:
    """How one shot becomes the next. For `frames` frames both are there; a cut has none."""

    kind: str = "cut"
    frames: int = 0

    def __post_init__(self) -> None:
        if self.kind not in TRANSITION_KINDS:
            raise BadRequest(
                f"There is no transition “{self.kind}”; choose one of {', '.join(TRANSITION_KINDS)}."
            )
        if self.kind == "cut":
            object.__setattr__(self, "frames", 0)
        elif not to_frames(SHORTEST_TRANSITION) <= self.frames <= to_frames(LONGEST_TRANSITION):
            raise BadRequest(f"A transition lasts {SHORTEST_TRANSITION:g} to {LONGEST_TRANSITION:g} seconds.")

    @classmethod
    def from_json(cls, value: Any, where: str = "transition") -> "Transition":
        fields = Fields(value, where)
        kind = fields.choice("kind", TRANSITION_KINDS, "crossfade")
        least = 0.0 if kind == "cut" else SHORTEST_TRANSITION
        duration = fields.number("duration", 0.5, least, LONGEST_TRANSITION)
        fields.finish()
        return cls(kind, to_frames(duration))

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "duration": to_seconds(self.frames)}


CUT = Transition()
INTO_AND_OUT_OF_CARDS = Transition("crossfade", FRAME_RATE // 2)


@dataclass(frozen=True, slots=True)
class Card:
    """A text on a plain ground: a shot of its own, before or after the clips."""

    text: str
    frames: int = 3 * FRAME_RATE
    transition: Transition = INTO_AND_OUT_OF_CARDS
    subtitle: str | None = None
    """A second, smaller line."""

    @classmethod
    def from_json(cls, value: Any, where: str = "title") -> "Card":
        fields = Fields(value, where)
        card = cls(
            text=fields.text("text", LONGEST_TEXT),
            frames=to_frames(fields.number("duration", 3.0, 0.5, 30.0)),
            transition=fields.object("transition", Transition.from_json) or INTO_AND_OUT_OF_CARDS,
            subtitle=fields.optional_text("subtitle", LONGEST_TEXT) or None,
        )
        fields.finish()
        return card

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "duration": to_seconds(self.frames),
            "transition": self.transition.to_json(),
            "subtitle": self.subtitle,
        }


@dataclass(frozen=True, slots=True)
class Titles:
    opening: Card | None = None
    end: Card | None = None

    @classmethod
    def from_json(cls, value: Any, where: str = "titles") -> "Titles":
        fields = Fields(value, where)
        titles = cls(fields.object("opening", Card.from_json), fields.object("end", Card.from_json))
        fields.finish()
        return titles

    def to_json(self) -> dict[str, Any]:
        return {
            "opening": self.opening and self.opening.to_json(),
            "end": self.end and self.end.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole film. Describes only; `layout.lay_out` computes where everything falls.

    Clips and music are named by any text that is theirs, such as an id; `with_files` gives them files.
    """

    shots: tuple[Shot, ...]
    transitions: tuple[Transition, ...] = ()
    soundtrack: Soundtrack | None = None
    titles: Titles = Titles()
    size: tuple[int, int] | None = None
    fit: str = "fill"
    fade_in: int = 0
    """Frames in which the film comes out of black."""
    fade_out: int = 0
    """Frames in which it goes into black."""
    title_style: str = "plain"
    """How cards and captions look."""

    def __post_init__(self) -> None:
        if not self.shots:
            raise BadRequest("A film needs at least one clip.")
        expected = len(self.shots) - 1
        if len(self.transitions) == 1 and expected > 1:
            object.__setattr__(self, "transitions", self.transitions * expected)
        elif not self.transitions or expected == 0:
            object.__setattr__(self, "transitions", (CUT,) * expected)
        elif len(self.transitions) != expected:
            raise BadRequest(
                f"{len(self.shots)} clips need {expected} transitions (or one for all),"
                f" not {len(self.transitions)}."
            )

    @classmethod
    def from_json(cls, value: Any) -> "Timeline":
        """Of any version that was ever stored; raises BadRequest."""
        fields = Fields(upgraded(value), "")
        timeline = cls.read(fields)
        fields.finish()
        return timeline

    @classmethod
    def read(cls, fields: Fields) -> "Timeline":
        """Takes the timeline's part of a larger request; the caller upgrades and finishes the fields."""
        fields.take("version")
        if fields.number("fps", FRAME_RATE, 1, 1000) != FRAME_RATE:
            raise BadRequest(f"fps must be {FRAME_RATE}: every clip has this rate.")
        return cls(
            shots=tuple(fields.each("shots", Shot.from_json, MOST_SHOTS)),
            transitions=tuple(fields.each("transitions", Transition.from_json, MOST_SHOTS)),
            soundtrack=fields.object("soundtrack", Soundtrack.from_json),
            titles=fields.object("titles", Titles.from_json) or Titles(),
            size=fields.size("size"),
            fit=fields.choice("fit", FITS, "fill"),
            fade_in=to_frames(fields.number("fade_in", 0.0, 0.0, LONGEST_FADE)),
            fade_out=to_frames(fields.number("fade_out", 0.0, 0.0, LONGEST_FADE)),
            title_style=fields.choice("title_style", TITLE_STYLES, "plain"),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "size": None if self.size is None else list(self.size),
            "fps": FRAME_RATE,
            "fit": self.fit,
            "shots": [shot.to_json() for shot in self.shots],
            "transitions": [transition.to_json() for transition in self.transitions],
            "soundtrack": self.soundtrack and self.soundtrack.to_json(),
            "titles": self.titles.to_json(),
            "fade_in": to_seconds(self.fade_in),
            "fade_out": to_seconds(self.fade_out),
            "title_style": self.title_style,
        }

    @property
    def clips(self) -> frozenset[str]:
        """What its clips are called."""
        return frozenset(shot.clip for shot in self.shots)

    def with_files(self, files: Mapping[str, Path]) -> "Timeline":
        """The same film, with the file of each clip, of its own sound and of the music in the place of its
        name."""
        shots = tuple(
            replace(shot, clip=_file(files, shot.clip), audio=shot.audio and _file(files, shot.audio))
            for shot in self.shots
        )
        return replace(self, shots=shots, soundtrack=self.soundtrack and _with_files(self.soundtrack, files))

    def unmeasured(self) -> set[str]:
        """Clips whose length must be found out before it is laid out."""
        return {shot.clip for shot in self.shots if shot.frames is None}

    def measured(self, frames: Mapping[str, int]) -> "Timeline":
        """The same timeline, knowing how many frames these clips have."""
        shots = tuple(replace(shot, frames=frames.get(shot.clip, shot.frames)) for shot in self.shots)
        return replace(self, shots=shots)


def _with_files(music: Soundtrack, files: Mapping[str, Path]) -> Soundtrack:
    further = tuple(replace(track, music=_file(files, track.music)) for track in music.further)
    return replace(music, music=_file(files, music.music), further=further)


def _file(files: Mapping[str, Path], name: str) -> str:
    if name not in files:
        raise BadRequest(f"There is no file for “{name[:80]}”.")
    return str(files[name])
