"""Whether an invocation fits into the function: its files into /tmp, its work into the time."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from compiler.cloud.segments import MOST_FETCHED
from compiler.requests import USUAL_SIZE, RenderRequest, Request
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline
from echoes.errors import InternalError
from echoes.processes.aws_lambda.function import FunctionLimits
from echoes.storage import get_storage
from echoes.text.formatting import file_size

AT_ONCE = 16
DISK_FACTOR = 2.5
"""What is read, what is made of it, and scratch in between."""
SECONDS_PER_FRAME = 0.03
"""Of one processor, for a frame of 1280×720 that is decoded and encoded: 0.012 by
benchmarks/rendering/full_render.py, and a processor of Lambda is not always a fast one."""
SAFE_SHARE = 0.8
"""Of the time and the room that there is."""


class DoesNotFit(InternalError):
    """For operators: what is too large for the function."""

    code = "does_not_fit"


def check_fits(request: Request[Any], read: Mapping[str, str], limits: FunctionLimits) -> None:
    """Raises DoesNotFit, or NotFound for a file that is not there."""
    _check_disk(request, read, limits)
    if isinstance(request, RenderRequest) and not request.timeline.unmeasured():
        _check_time(request, limits)


def _check_disk(request: Request[Any], read: Mapping[str, str], limits: FunctionLimits) -> None:
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sizes") as threads:
        needed = int(DISK_FACTOR * sum(threads.map(get_storage().size, set(read.values()))))
    if isinstance(request, RenderRequest) and request.cache is not None:
        needed += MOST_FETCHED
    if needed > SAFE_SHARE * limits.disk_bytes:
        has = file_size(limits.disk_bytes)
        raise DoesNotFit(f"its files need about {file_size(needed)}, and /tmp of the function has {has}")


def _check_time(request: RenderRequest, limits: FunctionLimits) -> None:
    seconds = _encoded_frames(request.timeline) * SECONDS_PER_FRAME / max(1.0, limits.processors)
    if seconds > SAFE_SHARE * limits.seconds:
        raise DoesNotFit(f"it may take {seconds:.0f} s, and the function has {limits.seconds:.0f} s")


def _encoded_frames(timeline: Timeline) -> float:
    """In frames of the usual size. Of a film in the size of its clips most are copied, in a larger one
    none is. What an earlier film has left is not counted."""
    layout, (width, height) = lay_out(timeline), timeline.size or USUAL_SIZE
    share = width * height / (USUAL_SIZE[0] * USUAL_SIZE[1])
    if share > 1:
        return layout.frames * share
    return share * sum(transition.frames for transition in layout.transitions)
