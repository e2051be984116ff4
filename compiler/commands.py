"""Command handlers, one for each request. The heavy parts are loaded when a command needs them."""

import os
from dataclasses import asdict
from functools import singledispatch
from importlib import import_module
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
    PeaksRequest,
    PosterRequest,
    PrepareRequest,
    PreviewRequest,
    ProbeRequest,
    ProbeSoundRequest,
    RenderRequest,
    Request,
    TimelineRequest,
    VoiceRequest,
)
from compiler.results import (
    Animation,
    Beats,
    ConformedClip,
    LaidOut,
    Lettered,
    MeasuredLoudness,
    Peaks,
    Poster,
    Prepared,
    Preview,
    Probe,
    Rendered,
    Result,
    SoundProbe,
    VoiceLevels,
)
from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Timeline, to_seconds

_POLITENESS = 10
"""How far what nobody waits for steps behind what somebody does."""


PRELOADED = {"render": ("compiler.rendering.film", "compiler.clips.poster", "PIL.JpegImagePlugin")}
"""By command, what is loaded before its request is read: whoever asks may start it before."""


def preload(command: str) -> None:
    for module in PRELOADED.get(command, ()):
        import_module(module)


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

    def save_still(film: Path, frames: int) -> None:
        from compiler.clips.poster import save_poster

        if poster is not None:
            save_poster(film, poster, at=_poster_moment(request.timeline, frames))

    return render(
        request.timeline,
        output,
        cache=request.cache,
        effort=effort,
        music_levels=request.levels_by_file(),
        room=request.room or 0,
        still=save_still,
        progress=progress,
        stop=stop,
    )


def _poster_moment(timeline: Timeline, frames: int) -> float:
    """When the first clip is well in sight: behind the opening title and out of black, in the first half."""
    opening = timeline.titles.opening.frames if timeline.titles.opening else 0
    out_of_black = max(timeline.fade_in, FRAME_RATE) if opening or timeline.fade_in else 0
    return to_seconds(min(opening + out_of_black, frames // 2))


@run.register
def _prepare(request: PrepareRequest, progress: Progress, stop: Event) -> Prepared:
    from compiler.codec.profile import Effort
    from compiler.rendering.film import prepare_segments

    os.nice(_POLITENESS)
    effort = Effort(request.quality)
    made = prepare_segments(
        request.timeline,
        request.cache,
        effort=effort,
        music_levels=request.levels_by_file(),
        progress=progress,
        stop=stop,
        workers=1,
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
    _check_posters(request)
    made = animate_photo(
        request.photo,
        output,
        request.size,
        request.duration,
        request.move,
        request.choice,
        request.subject,
        progress,
    )
    _save_posters(request)
    return made


@run.register
def _conform(request: ConformRequest, progress: Progress, stop: Event) -> ConformedClip:
    from compiler.clips.conform import conform_clip

    output = _checked(request.output)
    _check_posters(request)
    made = conform_clip(request.input, output, request.size, request.fit, request.color, progress)
    _save_posters(request)
    return made


def _check_posters(request: AnimateRequest | ConformRequest) -> None:
    """Before the clip is made."""
    if request.small_poster and not request.poster:
        raise BadRequest("small_poster is made of the poster: please give poster, too.")
    for poster in (request.poster, request.small_poster):
        if poster:
            _checked(poster)


def _save_posters(request: AnimateRequest | ConformRequest) -> None:
    """Those that it asks for, of the clip that has just been made."""
    if request.poster is not None:
        from compiler.clips.poster import save_poster

        save_poster(request.output, request.poster, small=request.small_poster)


@run.register
def _poster(request: PosterRequest, progress: Progress, stop: Event) -> Poster:
    from compiler.clips.poster import save_poster

    small = _checked(request.small) if request.small else None
    return save_poster(request.input, _checked(request.output), request.at, small)


@run.register
def _preview(request: PreviewRequest, progress: Progress, stop: Event) -> Preview:
    from compiler.clips.preview import save_preview

    os.nice(_POLITENESS)
    return save_preview(request.input, _checked(request.output), progress)


@run.register
def _lettering(request: LetteringRequest, progress: Progress, stop: Event) -> Lettered:
    from compiler.codec.profile import check_size
    from compiler.text.overlay import save_caption_overlay, save_card_overlay, save_mark_overlay

    output, size = _checked(request.output), check_size(request.size)
    if request.kind == "card":
        save_card_overlay(output, request.text, request.subtitle, size, request.style)
    elif request.kind == "mark":
        save_mark_overlay(output, request.text, size)
    else:
        save_caption_overlay(output, request.text, size, request.style)
    return Lettered(output, size, output.stat().st_size)


@run.register
def _beats(request: BeatsRequest, progress: Progress, stop: Event) -> Beats:
    from compiler.audio.beats import find_beats

    return find_beats(request.music)


@run.register
def _peaks(request: PeaksRequest, progress: Progress, stop: Event) -> Peaks:
    from compiler.audio.peaks import find_peaks

    return find_peaks(request.music)


@run.register
def _voice(request: VoiceRequest, progress: Progress, stop: Event) -> VoiceLevels:
    from compiler.audio.voice_activity import measure_voice

    return measure_voice(request.audio).result()


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
