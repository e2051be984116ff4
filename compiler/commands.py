"""Command handlers, one for each request. The heavy parts are loaded when a command needs them."""

import os
from dataclasses import asdict
from functools import singledispatch
from math import isfinite
from pathlib import Path
from threading import Event
from typing import Any

from compiler.errors import BadRequest
from compiler.progress import Progress
from compiler.requests import (
    AnimateRequest,
    BeatsRequest,
    ConformRequest,
    LetteringRequest,
    LoudnessRequest,
    PosterRequest,
    PrepareRequest,
    ProbeRequest,
    ProbeSoundRequest,
    RenderRequest,
    Request,
    TimelineRequest,
)
from compiler.results import (
    Animation,
    Beats,
    ConformedClip,
    LaidOut,
    Lettered,
    MeasuredLoudness,
    Poster,
    Prepared,
    Probe,
    Rendered,
    Result,
    SoundProbe,
)
from compiler.timeline.layout import lay_out

_POLITENESS = 10
"""How far what nobody waits for steps behind what somebody does."""


@singledispatch
def run(request: Request[Any], progress: Progress, stop: Event) -> Result:
    """Does what is asked for. Setting `stop` ends it. Raises CompilerError."""
    raise TypeError(f"nobody knows how to do {type(request).__name__}")


@run.register
def _render(request: RenderRequest, progress: Progress, stop: Event) -> Rendered:
    from compiler.codec.profile import Effort
    from compiler.rendering.film import render

    output, effort = _checked(request.output), Effort(request.quality)
    poster = _checked(request.poster) if request.poster else None
    made = render(request.timeline, output, cache=request.cache, effort=effort, progress=progress, stop=stop)
    if poster is not None:
        from compiler.clips.poster import save_poster

        save_poster(output, poster)
    return made


@run.register
def _prepare(request: PrepareRequest, progress: Progress, stop: Event) -> Prepared:
    from compiler.codec.profile import Effort
    from compiler.rendering.film import prepare_segments

    os.nice(_POLITENESS)
    effort = Effort(request.quality)
    made = prepare_segments(
        request.timeline, request.cache, effort=effort, progress=progress, stop=stop, workers=1
    )
    return Prepared(request.cache, made)


@run.register
def _timeline(request: TimelineRequest, progress: Progress, stop: Event) -> LaidOut:
    known = request.timeline
    if known.unmeasured():
        from compiler.rendering.film import measured

        known = measured(known)
    return LaidOut(known, lay_out(known))


@run.register
def _animate(request: AnimateRequest, progress: Progress, stop: Event) -> Animation:
    from compiler.clips.animate import animate_photo

    output = _checked(request.output)
    return animate_photo(
        request.photo, output, request.size, request.duration, request.move, request.focus, progress
    )


@run.register
def _conform(request: ConformRequest, progress: Progress, stop: Event) -> ConformedClip:
    from compiler.clips.conform import conform_clip

    output = _checked(request.output)
    return conform_clip(request.input, output, request.size, request.fit, request.color, progress)


@run.register
def _poster(request: PosterRequest, progress: Progress, stop: Event) -> Poster:
    from compiler.clips.poster import save_poster

    return save_poster(request.input, _checked(request.output), request.at)


@run.register
def _lettering(request: LetteringRequest, progress: Progress, stop: Event) -> Lettered:
    from compiler.codec.profile import check_size
    from compiler.text.overlay import save_caption_overlay, save_card_overlay

    output, size = _checked(request.output), check_size(request.size)
    if request.kind == "card":
        save_card_overlay(output, request.text, request.subtitle, size, request.style)
    else:
        save_caption_overlay(output, request.text, size, request.style)
    return Lettered(output, size, output.stat().st_size)


@run.register
def _beats(request: BeatsRequest, progress: Progress, stop: Event) -> Beats:
    from compiler.audio.beats import find_beats

    return find_beats(request.music)


@run.register
def _loudness(request: LoudnessRequest, progress: Progress, stop: Event) -> MeasuredLoudness:
    from compiler.audio.loudness import measure

    found = asdict(measure(request.music))
    return MeasuredLoudness(**{name: value if isfinite(value) else None for name, value in found.items()})


@run.register
def _probe(request: ProbeRequest, progress: Progress, stop: Event) -> Probe:
    from compiler.media.probing import probe

    return probe(request.input, request.strict)


@run.register
def _probe_sound(request: ProbeSoundRequest, progress: Progress, stop: Event) -> SoundProbe:
    from compiler.audio.probing import probe_sound

    return probe_sound(request.input, request.longest)


def _checked(output: Path) -> Path:
    if not output.parent.is_dir():
        raise BadRequest("output must be in a folder that exists.")
    return output
