"""Animate a photograph into a clip: one exact resample of its planes for each frame."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from av.video.frame import VideoFrame

from compiler.camera.moves import ZOOM, CameraPath, Move, plan_path
from compiler.camera.saliency import find_focus
from compiler.camera.scene import SUBPIXEL_STEPS, Scene
from compiler.codec.encoder import atomic_output, clip_writer
from compiler.codec.profile import FRAMES_PER_SECOND, VERSION, Size, check_size, frame_count
from compiler.codec.verification import verify_clip
from compiler.errors import BadRequest
from compiler.picture.photograph import Photograph
from compiler.progress import Progress, silent
from compiler.results import Animation

SHORTEST_SECONDS = 0.5
LONGEST_SECONDS = 60.0
_FRAMES_AHEAD = 3


def animate_photo(
    photo: Path | str,
    output: Path | str,
    size: Size = (1280, 720),
    duration: float = 5.0,
    move: Move | str = Move.PUSH_IN,
    focus: tuple[float, float] | None = None,
    progress: Progress = silent,
) -> Animation:
    """Move a camera over a photograph and write the clip, in the profile, to `output`.

    `focus` is the subject's centre in parts of the photograph's width and height; without it the
    subject is looked for. `output` appears only when the whole clip is written and proved.
    """
    size, move, frames = check_size(size), _check_move(move), _check_duration(duration)
    output = Path(output)
    focus = None if focus is None else _check_focus(focus)
    opened = Photograph(Path(photo))
    image = opened.read(_needed_scale(opened.size, size))
    focus = focus or find_focus(image)
    path = plan_path(move, image.size, size, focus)
    scene = Scene(image, path, size)
    with atomic_output(output) as part:
        with clip_writer(part, size, frames) as writer:
            for number, frame in enumerate(_seen(scene, path, frames)):
                progress(number / frames, "animate")
                writer.write(frame)
        verify_clip(part, size, frames)
        size_bytes = part.stat().st_size
    progress(1.0, "animate")
    return Animation(output, size, frames / FRAMES_PER_SECOND, frames, size_bytes, move, focus, VERSION)


def _seen(scene: Scene, path: CameraPath, frames: int) -> Iterator[VideoFrame]:
    """What the camera sees, frame by frame; the next ones are resampled while one is encoded."""
    with ThreadPoolExecutor(1, "camera") as camera:
        ahead: deque[Future[VideoFrame]] = deque()
        for number in range(frames):
            ahead.append(camera.submit(scene.frame, path.at(number / (frames - 1))))
            if len(ahead) > _FRAMES_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _check_move(move: Move | str) -> Move:
    try:
        return Move(move)
    except ValueError as error:
        raise BadRequest(f"There is no move {move!r}; choose one of {', '.join(Move)}.") from error


def _check_duration(duration: float) -> int:
    if not SHORTEST_SECONDS <= duration <= LONGEST_SECONDS:  # false for NaN too
        raise BadRequest(f"A clip lasts {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g} seconds.")
    return frame_count(duration)


def _check_focus(focus: tuple[float, float]) -> tuple[float, float]:
    x, y = focus
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise BadRequest("The focus is two numbers from 0 to 1, from the left and from the top.")
    return float(x), float(y)


def _needed_scale(photo: Size, frame: Size) -> float:
    """By what the photograph may be scaled down so that the tightest crop still fills the frame."""
    return min(1.0, SUBPIXEL_STEPS * ZOOM * max(frame[0] / photo[0], frame[1] / photo[1]))
