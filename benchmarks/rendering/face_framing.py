"""Faces cut by the camera, before and after they were found by YuNet and kept in the frame.

    python -m benchmarks.rendering.face_framing [--save FOLDER]

The photographs are composed of pictures that scikit-image ships: people from the front, in profile and as
small heads, on several grounds; so it is known where each face is. A face counts as cut if it is not whole at
each moment of the clip; under a pan from face to face, which must leave one to come to the next, if it is
never whole. “never whole” is the same for all. `--save` keeps the photographs with the frame drawn in.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from skimage import data
from skimage.feature import Cascade

from compiler.camera.framing import FramingManner, PhotoFraming, frame_photo
from compiler.camera.moves import CameraPath, Move, plan_path
from compiler.camera.saliency import centre_of_attention, find_subject
from compiler.subject import Box

FRAMES = ((1280, 720), (720, 1280), (960, 960))
MOVES = (Move.PUSH_IN, Move.PULL_BACK, Move.DRIFT_LEFT, Move.DRIFT_RIGHT, Move.RISE)
MOMENTS = [moment / 8 for moment in range(9)]
GROUNDS = ("brick", "gravel", "coffee", "rocket", "grass")
LONG = 1200

Placed = tuple[Image.Image, Box]
"""A picture and where a face is in it, in pixels."""


@dataclass(frozen=True)
class Sample:
    kind: str
    photo: Image.Image
    faces: list[Box]
    """In parts of it."""


@dataclass
class Count:
    faces: int = 0
    cut: int = 0
    never: int = 0


@cache
def people() -> tuple[list[Placed], list[Placed], list[Placed]]:
    """From the front, in profile, and small heads."""
    astronaut = Image.fromarray(data.astronaut()).crop((60, 0, 400, 400))  # type: ignore[no-untyped-call]
    camera = Image.fromarray(data.camera()).convert("RGB").crop((100, 40, 400, 400))  # type: ignore[no-untyped-call]
    profile = (camera, Box(98, 74, 158, 156))
    heads = [
        (
            ImageOps.colorize(Image.fromarray((head * 255).astype(np.uint8)), "black", "#ffe0c8"),
            Box(3, 3, 22, 23),
        )
        for head in data.lfw_subset()[:100:7]  # type: ignore[no-untyped-call]
    ]
    return [(astronaut, Box(120, 66, 210, 178))], [profile, mirrored(profile)], heads


def mirrored(person: Placed) -> Placed:
    picture, face = person
    flipped = Box(picture.width - face.right, face.top, picture.width - face.left, face.bottom)
    return ImageOps.mirror(picture), flipped


def ground(number: int, size: tuple[int, int]) -> Image.Image:
    picture = Image.fromarray(getattr(data, GROUNDS[number % len(GROUNDS)])()).convert("RGB")
    return ImageOps.fit(picture, size).filter(ImageFilter.GaussianBlur(2))


def put(photo: Image.Image, person: Placed, face_height: float, place: tuple[float, float]) -> Box:
    """Pastes a person so that the face has this height and centre, in parts of the photograph's height and
    size; answers with the face's box in parts."""
    picture, face = person
    scale = face_height * photo.height / face.height
    sized = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    x, y = face.scaled(scale, scale).centre
    left, top = round(place[0] * photo.width - x), round(place[1] * photo.height - y)
    mask = Image.new("L", sized.size)
    ImageDraw.Draw(mask).rounded_rectangle((1, 1, *(side - 2 for side in sized.size)), sized.width // 6, 255)
    photo.paste(sized, (left, top), mask.filter(ImageFilter.GaussianBlur(max(1, sized.width // 60))))
    box = face.scaled(scale, scale)
    placed = Box(box.left + left, box.top + top, box.right + left, box.bottom + top)
    return placed.scaled(1 / photo.width, 1 / photo.height)


def samples() -> Iterator[Sample]:
    front, sides, heads = people()
    front = [*front, mirrored(front[0])]
    random = np.random.default_rng(7)
    for number, size in enumerate([(800, 1200), (900, 1200), (1200, 1200), (1200, 800), (1200, 675)] * 2):
        photo = ground(number, size)
        height = float(random.uniform(0.18, 0.4))
        face = put(photo, front[number % 2], height, (float(random.uniform(0.4, 0.6)), 0.2 + height / 2))
        yield Sample("portraits", photo, [face])
    for number in range(10):
        photo = ground(number, (1200, 800) if number % 3 else (1200, 900))
        count, height = 3 + number % 5, float(random.uniform(0.1, 0.16))
        standing = [*front, *sides, *heads]
        across = np.linspace(0.09, 0.91, count) + random.uniform(-0.02, 0.02, count)
        chosen = [standing[int(index)] for index in random.integers(0, len(standing), count)]
        faces = [
            put(photo, one, height, (x, 0.3 + 0.1 * (i % 2)))
            for i, (one, x) in enumerate(zip(chosen, across, strict=True))
        ]
        yield Sample("groups", photo, faces)
    for number in range(10):
        photo = ground(number, [(1200, 800), (800, 1200), (1200, 1200)][number % 3])
        height = float(random.uniform(0.1, 0.28))
        where = (float(random.uniform(0.25, 0.75)), float(random.uniform(0.2, 0.5)))
        yield Sample("profiles", photo, [put(photo, sides[number % 2], height, where)])
    for number in range(12):
        photo = ground(number, (1200, 800) if number % 2 else (800, 1200))
        where = [(0.1, 0.3), (0.9, 0.3), (0.5, 0.1), (0.12, 0.8), (0.88, 0.15), (0.5, 0.88)][number % 6]
        yield Sample("at the edges", photo, [put(photo, front[number % 2], 0.15, where)])
    for number in range(8):
        photo = ground(number, (1200, 800))
        where = (float(random.uniform(0.1, 0.9)), float(random.uniform(0.2, 0.8)))
        yield Sample("small faces", photo, [put(photo, [*front, *sides][number % 4], 0.045, where)])
    for number in range(10):
        photo = ground(number, [(1000, 700), (700, 1000)][number % 2])
        places = [(0.2, 0.3), (0.5, 0.35), (0.8, 0.3)][: 1 + 2 * (number % 2 == 0)]
        faces = [
            put(photo, [*front, *sides][(number + i) % 4], 0.18, place) for i, place in enumerate(places)
        ]
        yield old_print(photo, faces, random)


def old_print(photo: Image.Image, faces: list[Box], random: np.random.Generator) -> Sample:
    """Sepia, soft, grainy, faded, on yellowed paper with a border."""
    grey = np.asarray(photo.convert("L").filter(ImageFilter.GaussianBlur(1.5)), np.float32)
    faded = (60 + grey * 0.6 + random.normal(0, 7, grey.shape)).clip(0, 255).astype(np.uint8)
    sepia = ImageOps.colorize(Image.fromarray(faded), "#2a1c10", "#f3e3c3")
    border = 60
    grain = random.normal(0, 3, (photo.height + 2 * border, photo.width + 2 * border, 1))
    paper = grain + np.array([238, 228, 205])
    whole = Image.fromarray(paper.clip(0, 255).astype(np.uint8))
    whole.paste(sepia, (border, border))
    moved = [face.scaled(photo.width, photo.height) for face in faces]
    boxes = [
        Box(face.left + border, face.top + border, face.right + border, face.bottom + border)
        for face in moved
    ]
    return Sample("old prints", whole, [box.scaled(1 / whole.width, 1 / whole.height) for box in boxes])


@cache
def cascade() -> Any:
    return Cascade(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]


def focus_before(photo: Image.Image) -> tuple[float, float]:
    """As it was: a cascade for faces from the front, on 400 × 400 pixels, and their mean as the focus."""
    scale = (400 * 400 / (photo.width * photo.height)) ** 0.5
    small = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)
    found = cascade().detect_multi_scale(
        img=np.asarray(small), scale_factor=1.2, step_ratio=1, min_size=(28, 28), max_size=small.size[::-1]
    )
    if not found:
        return centre_of_attention(photo)
    width = np.array([face["width"] for face in found], float)
    x = np.array([face["c"] for face in found]) + width / 2
    y = np.array([face["r"] for face in found]) + width / 2
    weight = np.where(width >= 0.55 * width.max(), width**2, 0)
    weight /= weight.sum()
    return float(x @ weight / small.width), float(y @ weight / small.height)


def whole_moments(path: CameraPath, faces: list[Box], size: tuple[int, int]) -> list[list[bool]]:
    """Of each face, at which moments it is whole within the frame."""
    crops = [path.at(moment).box for moment in MOMENTS]
    return [[_holds(crop, face.scaled(*size)) for crop in crops] for face in faces]


def _holds(crop: tuple[float, float, float, float], face: Box) -> bool:
    edge = 1.0
    return (
        crop[0] - edge <= face.left
        and crop[1] - edge <= face.top
        and face.right <= crop[2] + edge
        and face.bottom <= crop[3] + edge
    )


def seen_now(
    framing: PhotoFraming, move: Move, faces: list[Box]
) -> tuple[CameraPath, list[Box], tuple[int, int]]:
    """On the stage, in parts of it."""
    inside = [face.within(framing.picture) for face in faces]
    if framing.manner is not FramingManner.WHOLE:
        return framing.path(move), inside, framing.inside
    place, stage = framing.place, framing.stage
    on_stage = [
        Box(place.left + face.left * place.width, place.top + face.top * place.height,
            place.left + face.right * place.width, place.top + face.bottom * place.height)
        .scaled(1 / stage[0], 1 / stage[1])
        for face in inside
    ]  # fmt: skip
    return framing.path(move), on_stage, stage


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    manners: dict[tuple[str, str], int] = defaultdict(int)
    for number, sample in enumerate(samples()):
        before, subject = focus_before(sample.photo), find_subject(sample.photo)
        for frame in FRAMES:
            framing = frame_photo(sample.photo.size, frame, subject)
            manners[sample.kind, framing.manner] += 1
            for move in MOVES:
                old = plan_path(move, sample.photo.size, frame, before)
                note(
                    counts[sample.kind, "before"], whole_moments(old, sample.faces, sample.photo.size), False
                )
                path, faces, size = seen_now(framing, move, sample.faces)
                is_pan = framing.manner is FramingManner.FACES
                note(counts[sample.kind, "after"], whole_moments(path, faces, size), is_pan)
        if arguments.save:
            save(arguments.save, number, sample, subject)
    report(counts, manners)


def note(count: Count, faces: list[list[bool]], is_pan: bool) -> None:
    for moments in faces:
        count.faces += 1
        count.never += not any(moments)
        count.cut += not (any(moments) if is_pan else all(moments))


def save(folder: Path, number: int, sample: Sample, subject: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = sample.photo.copy()
    pencil = ImageDraw.Draw(drawn)
    for face, colour in [
        *((face, "yellow") for face in sample.faces),
        *((face, "red") for face in subject.faces),
    ]:
        edges = face.scaled(*drawn.size)
        pencil.rectangle((edges.left, edges.top, edges.right, edges.bottom), outline=colour, width=3)
    edges = subject.picture.scaled(*drawn.size)
    pencil.rectangle((edges.left, edges.top, edges.right, edges.bottom), outline="blue", width=2)
    drawn.save(folder / f"{number:02}-{sample.kind.replace(' ', '-')}.jpg", quality=80)


def report(counts: dict[tuple[str, str], Count], manners: dict[tuple[str, str], int]) -> None:
    print(f"{'':14}{'faces':>7}{'cut before':>12}{'cut after':>11}{'never whole':>20}   framed")
    kinds = [kind for kind, when in counts if when == "before"]
    total = {when: Count() for when in ("before", "after")}
    for kind in kinds:
        for when in total:
            for name in ("faces", "cut", "never"):
                setattr(total[when], name, getattr(total[when], name) + getattr(counts[kind, when], name))
        how = ", ".join(f"{number} {manner}" for (of, manner), number in manners.items() if of == kind)
        print(line(kind, counts[kind, "before"], counts[kind, "after"]) + f"   {how}")
    print(line("all", total["before"], total["after"]))


def line(name: str, before: Count, after: Count) -> str:
    def share(part: int) -> str:
        return f"{part / before.faces:.1%}"

    never = f"{share(before.never)} → {share(after.never)}"
    return f"{name:14}{before.faces:>7}{share(before.cut):>12}{share(after.cut):>11}{never:>20}"


if __name__ == "__main__":
    main()
