"""Animate a photograph into a clip: one exact resample of its planes for each frame."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from av.video.frame import VideoFrame
from PIL import Image

from compiler.camera.framing import FramingManner, PhotoFraming, frame_photo
from compiler.camera.moves import CameraPath, Crop, Move, zoom_of
from compiler.camera.saliency import find_subject
from compiler.camera.scene import SUBPIXEL_STEPS, Scene
from compiler.camera.surround import surrounded
from compiler.codec.encoder import atomic_output, clip_writer
from compiler.codec.profile import FRAMES_PER_SECOND, VERSION, Size, check_size, frame_count
from compiler.codec.verification import verify_clip
from compiler.errors import BadRequest
from compiler.picture.photograph import Photograph
from compiler.progress import Progress, silent
from compiler.results import Animation
from compiler.subject import AUTOMATIC, FramingChoice, PhotoSubject

SHORTEST_SECONDS = 0.5
LONGEST_SECONDS = 60.0
_FRAMES_AHEAD = 3


def animate_photo(
    photo: Path | str,
    output: Path | str,
    size: Size = (1280, 720),
    duration: float = 5.0,
    move: Move | str = Move.PUSH_IN,
    choice: FramingChoice = AUTOMATIC,
    subject: PhotoSubject | None = None,
    progress: Progress = silent,
) -> Animation:
    """Move a camera over a photograph and write the clip, in the profile, to `output`.

    `choice` is what a person wants of its framing; without a `subject`, it is looked for. `output` appears
    only when the whole clip is written and proved.
    """
    size, move, frames = check_size(size), _check_move(move), _check_duration(duration)
    output, choice = Path(output), _check_choice(choice)
    image, framing = _framed(Path(photo), size, choice, subject)
    path = framing.path(move)
    scene, path = _staged(image, framing, path)
    with atomic_output(output) as part:
        with clip_writer(part, size, frames) as writer:
            for number, frame in enumerate(_seen(scene, path, frames)):
                progress(number / frames, "animate")
                writer.write(frame)
        verify_clip(part, size, frames)
        size_bytes = part.stat().st_size
    progress(1.0, "animate")
    seconds = frames / FRAMES_PER_SECOND
    focus = _on_photo(framing)
    return Animation(output, size, seconds, frames, size_bytes, move, focus, framing.manner, VERSION)


def _framed(
    photo: Path, size: Size, choice: FramingChoice, subject: PhotoSubject | None
) -> tuple[Image.Image, PhotoFraming]:
    """Read as large as needed. A print's border, once found, leaves less of it to fill the frame: where that
    is too little, it is read again."""
    opened = Photograph(photo)
    scale = _needed_scale(opened.size, size, choice)
    image = opened.read(scale)
    subject = subject or find_subject(image)
    framing = frame_photo(opened.size, size, subject, choice)
    needed = min(1.0, scale / min(subject.picture.width, subject.picture.height))
    if image.width < opened.size[0] * needed * 0.99:
        image = Photograph(photo).read(needed)
    return image, framing


def _staged(image: Image.Image, framing: PhotoFraming, path: CameraPath) -> tuple[Scene, CameraPath]:
    """The picture without its border, or its surround, and the path in its pixels."""
    edges = framing.picture.scaled(*image.size)
    box = round(edges.left), round(edges.top), round(edges.right), round(edges.bottom)
    picture = image if box == (0, 0, *image.size) else image.crop(box)
    scale = picture.width / framing.inside[0]
    if framing.manner is FramingManner.WHOLE:
        needed = SUBPIXEL_STEPS * framing.frame[0] / min(path.start.width, path.end.width)
        scale = min(scale, needed)
        picture = surrounded(picture, framing, scale)
    scaled = CameraPath(_scaled(path.start, scale), _scaled(path.end, scale))
    return Scene(picture, scaled, framing.frame), scaled


def _scaled(crop: Crop, scale: float) -> Crop:
    return Crop(crop.x * scale, crop.y * scale, crop.width * scale, crop.height * scale)


def _on_photo(framing: PhotoFraming) -> tuple[float, float]:
    picture, (x, y) = framing.picture, framing.focus
    return picture.left + x * picture.width, picture.top + y * picture.height


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


def _check_choice(choice: FramingChoice) -> FramingChoice:
    x, y = choice.focus or (0.5, 0.5)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise BadRequest("The focus is two numbers from 0 to 1, from the left and from the top.")
    return choice


def _needed_scale(photo: Size, frame: Size, choice: FramingChoice) -> float:
    """By what the photograph may be scaled down so that the tightest crop still fills the frame."""
    fill = max(frame[0] / photo[0], frame[1] / photo[1])
    return min(1.0, SUBPIXEL_STEPS * zoom_of(choice.strength) * fill)
