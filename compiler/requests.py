"""The command line's requests: what each must hold, and what is done for it."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from threading import Event
from typing import Any

from compiler.errors import BadRequest
from compiler.progress import Progress
from compiler.timeline.fields import LONGEST_SECONDS, Fields
from compiler.timeline.layout import lay_out
from compiler.timeline.model import FITS, Timeline

Answer = dict[str, Any]

_USUAL_SIZE = (1280, 720)
_POLITENESS = 10
"""How far what nobody waits for steps behind what somebody does."""


@dataclass(frozen=True)
class Task:
    """A request that was understood; `run` does it."""

    run: Callable[[Progress, Event], Answer]


def read_task(command: str, request: Any) -> Task:
    """Raises BadRequest for anything that makes no sense, before anything is done."""
    fields = Fields(request, "")
    task = TASKS[command](fields)
    fields.finish()
    return task


def _render(fields: Fields) -> Task:
    timeline = Timeline.read(fields)
    output, cache = _output(fields), fields.optional_text("cache")
    quality = fields.choice("quality", ("fast", "quality"), "fast")

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.codec.profile import Effort
        from compiler.rendering.film import render

        rendered = render(timeline, output, cache=cache, effort=Effort(quality), progress=progress, stop=stop)
        return rendered.to_json()

    return Task(run)


def _prepare(fields: Fields) -> Task:
    timeline = Timeline.read(fields)
    cache = fields.text("cache")
    quality = fields.choice("quality", ("fast", "quality"), "fast")
    fields.optional_text("output")

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.codec.profile import Effort
        from compiler.rendering.film import prepare_segments

        os.nice(_POLITENESS)
        made = prepare_segments(
            timeline, cache, effort=Effort(quality), progress=progress, stop=stop, workers=1
        )
        return {"cache": cache, "encoded_frames": made}

    return Task(run)


def _timeline(fields: Fields) -> Task:
    timeline = Timeline.read(fields)
    for key in ("output", "cache", "quality"):
        fields.optional_text(key)

    def run(progress: Progress, stop: Event) -> Answer:
        known = timeline
        if timeline.unmeasured():
            from compiler.rendering.film import measured

            known = measured(timeline)
        return {"timeline": known.to_json(), **lay_out(known).to_json()}

    return Task(run)


def _animate(fields: Fields) -> Task:
    photo, output = Path(fields.text("photo")), _output(fields)
    size = fields.size("size") or _USUAL_SIZE
    duration = fields.number("duration", 5.0, 0.5, 60.0)
    move = fields.optional_text("move", 40) or "push_in"
    focus = fields.object("focus", _point)

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.clips.animate import animate_photo

        return asdict(animate_photo(photo, output, size, duration, move, focus, progress))

    return Task(run)


def _conform(fields: Fields) -> Task:
    source, output = _input(fields), _output(fields)
    size = fields.size("size") or _USUAL_SIZE
    fit = fields.choice("fit", FITS, "fill")
    color = fields.optional_text("color", 7) or "#000000"

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.clips.conform import conform_clip

        return asdict(conform_clip(source, output, size, fit, color, progress))

    return Task(run)


def _poster(fields: Fields) -> Task:
    source, output = _input(fields), _output(fields)
    at = fields.number("at", 0.0, 0.0, LONGEST_SECONDS)

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.clips.poster import save_poster

        return save_poster(source, output, at).to_json()

    return Task(run)


def _beats(fields: Fields) -> Task:
    music = Path(fields.text("music"))

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.audio.beats import find_beats

        return find_beats(music).to_json()

    return Task(run)


def _loudness(fields: Fields) -> Task:
    music = Path(fields.text("music"))

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.audio.loudness import measure

        found = measure(music)
        return {name: value if isfinite(value) else None for name, value in asdict(found).items()}

    return Task(run)


def _probe(fields: Fields) -> Task:
    source = _input(fields)
    strict = fields.flag("strict", False)

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.media.probing import probe

        found = probe(source, strict)
        return asdict(found) | {"has_audio": found.has_audio}

    return Task(run)


def _probe_sound(fields: Fields) -> Task:
    source = _input(fields)
    longest = fields.number("longest", LONGEST_SECONDS, 1.0, LONGEST_SECONDS)

    def run(progress: Progress, stop: Event) -> Answer:
        from compiler.audio.probing import probe_sound

        return asdict(probe_sound(source, longest))

    return Task(run)


def _input(fields: Fields) -> Path:
    return Path(fields.text("input"))


def _output(fields: Fields) -> Path:
    output = Path(fields.text("output"))
    if not output.parent.is_dir():
        raise BadRequest("output must be in a folder that exists.")
    return output


def _point(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise BadRequest(f"{where} must be two numbers from 0 to 1.")
    point = Fields({"x": value[0], "y": value[1]}, where)
    return point.number("x", 0.5, 0.0, 1.0), point.number("y", 0.5, 0.0, 1.0)


TASKS: dict[str, Callable[[Fields], Task]] = {
    "render": _render,
    "prepare": _prepare,
    "animate": _animate,
    "conform": _conform,
    "timeline": _timeline,
    "poster": _poster,
    "beats": _beats,
    "loudness": _loudness,
    "probe": _probe,
    "probe_sound": _probe_sound,
}
