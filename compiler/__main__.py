"""Command line of the compiler: `python -m compiler COMMAND REQUEST.json`, answered on standard output."""

import argparse
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any, NoReturn

from compiler.commands import preload, run
from compiler.errors import (
    BadRequest,
    Cancelled,
    CommandTimeout,
    CompilerError,
    InputTooLarge,
)
from compiler.limits import limit
from compiler.messages import CommandFailed, Failure, Finished, Message, Progressed
from compiler.requests import REQUESTS

FAILED, BAD_REQUEST = 1, 2
_LARGEST_REQUEST = 8 << 20
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)

GUIDE = """\
commands and what their requests hold (JSON; all but the first line of each may be left out):

  render    {"output": "film.mp4", "shots": [{"clip": "a.mp4"}, {"clip": "b.mp4"}],
             "transitions": [{"kind": "crossfade", "duration": 0.5}],
             "size": [1280, 720], "fit": "fill|blur|color", "quality": "fast|quality",
             "soundtrack": {"music": "track.mp3", "volume": 0.8, "start": 0.0, "fade_in": 0.0,
                            "fade_out": 2.0, "loop": true, "normalise": true,
                            "further": [{"music": "next.mp3", "start": 0.0}]},
             "titles": {"opening": {"text": "Summer 1987", "duration": 3.0}, "end": null},
             "cache": "folder", "poster": "poster.jpg", "room": 8192,
             "music_levels": [{"music": "music.m4a", "loudness": -16.0, "peak": -1.5}]}
            "room": so many bytes before the film's index are left free.
            "music_levels": in LUFS and dBTP, as "loudness" finds them; other music is measured.
            "version": 4 is the form described here; without it, the first form is read.
            "further" tracks play after the first one, each beginning under the end of the one before.
            A shot may also have "start" and "end" (seconds of its clip), "caption", "audio" (a file
            with the clip's own sound) and "audio_volume". Transitions: one between each two shots,
            or one for all; cut, crossfade, fade_black, fade_white, wipe, slide, push, zoom, blur.
  prepare   the same request, whose "cache" must be there: makes what render will need and writes no
            film. It uses one processor, and only what others leave of it. Ended early, it keeps what
            it has made.
  timeline  the same request; answers where everything falls and renders nothing. With "frames" or
            "duration" in each shot no file is read.
  animate   {"photo": "p.jpg", "output": "clip.mp4",
             "size": [1280, 720], "duration": 5.0, "focus": [0.5, 0.4],
             "framing": "auto|fill|whole", "strength": "gentle|normal|strong",
             "subject": {"focus": [0.5, 0.3], "faces": [[0.4, 0.2, 0.6, 0.4]], "picture": [0, 0, 1, 1]},
             "move": "push_in|pull_back|drift_left|drift_right|rise|hold",
             "poster": "poster.jpg", "small_poster": "poster.webp"}
  conform   {"input": "x.mov", "output": "clip.mp4",
             "size": [1280, 720], "fit": "fill|blur|color", "color": "#000000",
             "poster": "poster.jpg", "small_poster": "poster.webp"}
  poster    {"input": "film.mp4", "output": "poster.jpg",
             "at": 1.0}
  preview   {"input": "clip.mp4", "output": "preview.mp4"}
            every frame of a clip, with a shorter side of 480 pixels, for players on slow lines
  probe     {"input": "x.mp4"}
  probe_sound  {"input": "song.m4a", "longest": 3600}
            What a piece of music is made from: which track, its length (counted until it is longer than
            "longest"), and whether a moving picture comes with it. A cover or slides are none.
  beats     {"music": "track.mp3"}
  peaks     {"music": "track.mp3"}
  voice     {"audio": "clip.m4a"}       the levels of a clip's own sound, by which music steps back for it
  loudness  {"music": "track.mp3"}      integrated in LUFS and the true peak in dBTP; null for silence

lines of standard output:

  {"progress": 0.42, "stage": "transitions"}      any number of them
  {"result": {...}}                               the last one, exit code 0
  {"error": {"kind": "...", "message": "..."}}    the last one, exit code 1 (2: a bad request)

SIGTERM and SIGINT end the work cleanly: no file is left behind. REQUEST may be - for standard input.
"""


class _Ended(BaseException):
    """A signal asked for the end. No handler of ordinary errors may stop it."""

    def __init__(self, number: int) -> None:
        self.number = number


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m compiler",
        description="Turns photographs, clips and music into films.",
        epilog=GUIDE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=sorted(REQUESTS), metavar="COMMAND", help=", ".join(REQUESTS))
    parser.add_argument("request", metavar="REQUEST.json", help="the request file, or - for standard input")
    options = parser.parse_args(arguments)
    stop = Event()
    try:
        _listen(stop)
        if options.request == "-":
            preload(options.command)
        content = _read(options.request)
        limit(options.command)
        request = REQUESTS[options.command].from_json(content)
        _say(Finished(run(request, _reporter(), stop).to_json()))
    except BadRequest as error:
        return _fail(error, BAD_REQUEST)
    except CompilerError as error:
        return _fail(error, FAILED)
    except MemoryError:
        traceback.print_exc()
        return _fail(InputTooLarge("This needs more memory than is allowed."), FAILED)
    except _Ended as end:
        if end.number == signal.SIGALRM:
            return _fail(CommandTimeout("This took too long, so it was stopped."), FAILED)
        _fail(Cancelled("The work was cancelled."), FAILED)
        return 128 + end.number
    except Exception:
        traceback.print_exc()
        return _fail(CompilerError("Something unexpected went wrong."), FAILED)
    return 0


def _listen(stop: Event) -> None:
    def end(number: int, frame: FrameType | None) -> NoReturn:
        for each in _ENDING:
            signal.signal(each, signal.SIG_IGN)
        stop.set()
        raise _Ended(number)

    for each in _ENDING:
        signal.signal(each, end)


def _read(name: str) -> Any:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_LARGEST_REQUEST + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_LARGEST_REQUEST + 1)
    except OSError as error:
        raise BadRequest("The request file cannot be read.") from error
    if len(content) > _LARGEST_REQUEST:
        raise BadRequest("The request is larger than 8 MB.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The request is not JSON.") from error


def _reporter() -> Callable[[float, str], None]:
    """Says each hundredth and each stage once."""
    said: tuple[int, str] | None = None

    def report(fraction: float, stage: str) -> None:
        nonlocal said
        now = (int(fraction * 100), stage)
        if now != said:
            said = now
            _say(Progressed(round(fraction, 4), stage))

    return report


def _say(message: Message) -> None:
    """Whoever listened may be gone: then the work is in vain, and ends as if called off."""
    try:
        print(json.dumps(asdict(message), default=str), flush=True)
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Cancelled("Nobody is listening any more.") from error


def _fail(error: CompilerError, code: int) -> int:
    cause = f" ({error.__cause__!r})" if error.__cause__ else ""
    print(f"{error.kind}: {error}{cause}", file=sys.stderr)
    _say(CommandFailed(Failure(error.kind, error.message)))
    return code


if __name__ == "__main__":
    sys.exit(main())
