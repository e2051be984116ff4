"""Request validation of a photograph's subject: points and boxes in parts of its size."""

from typing import Any

from compiler.errors import BadRequest
from compiler.subject import Box, PhotoSubject
from compiler.timeline.fields import Fields

MOST_FACES = 100


def read_subject(value: Any, where: str) -> PhotoSubject:
    given = Fields(value, where)
    focus = given.object("focus", read_point) or (0.5, 0.5)
    faces, picture = given.each("faces", _box, MOST_FACES), given.object("picture", _box)
    given.finish()
    return PhotoSubject(focus, tuple(faces), picture) if picture else PhotoSubject(focus, tuple(faces))


def _box(value: Any, where: str) -> Box:
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise BadRequest(f"{where} must be four numbers from 0 to 1: left, top, right, bottom.")
    names = ("left", "top", "right", "bottom")
    edges = Fields(dict(zip(names, value, strict=True)), where)
    box = Box(*(edges.number(name, 0.0, 0.0, 1.0) for name in names))
    if box.area <= 0:
        raise BadRequest(f"{where} must be a box with something in it.")
    return box


def read_point(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise BadRequest(f"{where} must be two numbers from 0 to 1.")
    point = Fields({"x": value[0], "y": value[1]}, where)
    return point.number("x", 0.5, 0.0, 1.0), point.number("y", 0.5, 0.0, 1.0)
