"""Framing: no face is cut, and what a person chose comes first."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.camera.framing import FramingManner, frame_photo
from compiler.camera.moves import Move
from compiler.codec.profile import SIZES, Size
from compiler.subject import Box, FramingChoice, FramingMode, MovementStrength, PhotoSubject

WIDE, TALL, SQUARE = (1280, 720), (720, 1280), (960, 960)
TIMES = [moment / 10 for moment in range(11)]


def face(x: float, y: float, size: float = 0.08) -> Box:
    return Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)


def subject(*faces: Box) -> PhotoSubject:
    return PhotoSubject(faces[0].centre if faces else (0.5, 0.5), faces)


faces = st.builds(face, st.floats(0.1, 0.9), st.floats(0.15, 0.9), st.floats(0.03, 0.15))
sizes = st.tuples(st.integers(100, 6000), st.integers(100, 6000))


strengths = st.sampled_from(MovementStrength)
moves, frames = st.sampled_from(Move), st.sampled_from(SIZES)


@given(moves, sizes, frames, st.lists(faces, max_size=6), strengths)
def test_by_itself_no_head_is_cut(
    move: Move, photo: Size, frame: Size, found: list[Box], strength: MovementStrength
) -> None:
    framing = frame_photo(photo, frame, subject(*found), FramingChoice(strength=strength))
    path, is_pan = framing.path(move), framing.manner is FramingManner.FACES
    for head in framing.heads:
        times = [time / 400 for time in range(401)] if is_pan else TIMES
        whole = [_is_inside(framing.seen(path.at(time)), head) for time in times]
        assert any(whole) if is_pan else all(whole)


def _is_inside(photo: Box, head: Box) -> bool:
    """Whether the frame, 0 to 1, holds it where the photograph lies so."""
    slip = 0.01
    left, right = (photo.left + edge * photo.width for edge in (head.left, head.right))
    top, bottom = (photo.top + edge * photo.height for edge in (head.top, head.bottom))
    return left >= -slip and top >= -slip and right <= 1 + slip and bottom <= 1 + slip


@given(moves, sizes, frames, strengths)
def test_a_whole_picture_stays_whole(
    move: Move, photo: Size, frame: Size, strength: MovementStrength
) -> None:
    choice = FramingChoice(mode=FramingMode.WHOLE, strength=strength)
    framing = frame_photo(photo, frame, subject(), choice)
    path = framing.path(move)
    for time in TIMES:
        seen = framing.seen(path.at(time))
        assert min(seen.left, seen.top) >= -0.01
        assert max(seen.right, seen.bottom) <= 1.01
        assert max(seen.width, seen.height) > 0.85


@pytest.mark.parametrize(
    ("photo", "frame", "found", "manner"),
    [
        ((3000, 2000), WIDE, [], "fill"),
        ((3000, 2000), WIDE, [face(0.2, 0.4), face(0.8, 0.4)], "fill"),
        ((3000, 2000), WIDE, [face(0.2, 0.1), face(0.8, 0.95)], "whole"),  # one above the other
        ((2000, 3000), WIDE, [], "whole"),  # a portrait in a wide film
        ((2000, 3000), WIDE, [face(0.5, 0.3, 0.2)], "whole"),
        ((3000, 2000), TALL, [face(0.1, 0.4), face(0.5, 0.4), face(0.9, 0.4)], "faces"),
        ((3000, 2000), SQUARE, [face(0.1, 0.4), face(0.5, 0.4), face(0.9, 0.4)], "whole"),
        ((3000, 2000), SQUARE, [face(0.5, 0.4)], "fill"),
        ((3000, 2000), SQUARE, [face(0.5, 0.4, 0.2), face(0.02, 0.5, 0.03)], "fill"),  # somebody passing by
    ],
)
def test_what_is_chosen_by_itself(photo: Size, frame: Size, found: list[Box], manner: str) -> None:
    assert frame_photo(photo, frame, subject(*found)).manner == manner


def test_a_point_chosen_by_hand_fills_the_frame_around_it() -> None:
    group = subject(face(0.1, 0.4), face(0.9, 0.4))
    framing = frame_photo((3000, 2000), TALL, group, FramingChoice((0.9, 0.42)))
    assert framing.manner is FramingManner.FILL
    assert framing.heads == (group.faces[1].head,)
    assert _is_inside(framing.at_rest, group.faces[1].head)
    assert not _is_inside(framing.at_rest, group.faces[0].head)


def test_who_points_at_a_person_sees_the_head() -> None:
    group = subject(face(0.1, 0.2, 0.15), face(0.6, 0.2, 0.15))
    framing = frame_photo((2000, 3000), WIDE, group, FramingChoice((0.58, 0.48)))
    assert framing.heads == (group.faces[1].head,)
    assert _is_inside(framing.at_rest, group.faces[1].head)
    below = frame_photo((2000, 3000), WIDE, group, FramingChoice((0.58, 0.7)))
    assert below.heads == ()  # hands, say: then they are what matters


def test_filling_can_be_asked_for_and_goes_from_face_to_face() -> None:
    group = subject(face(0.1, 0.4), face(0.9, 0.4))
    choice = FramingChoice(mode=FramingMode.FILL)
    framing = frame_photo((3000, 2000), SQUARE, group, choice)
    assert framing.manner is FramingManner.FACES
    left, right = framing.path(Move.PUSH_IN), framing.path(Move.DRIFT_LEFT)
    assert (left.start, left.end) == (right.end, right.start)
    assert frame_photo((2000, 3000), WIDE, subject(), choice).manner is FramingManner.FILL


@pytest.mark.parametrize("move", [Move.PUSH_IN, Move.DRIFT_RIGHT, Move.RISE])
def test_a_stronger_movement_goes_farther(move: Move) -> None:
    ways = []
    for strength in MovementStrength:
        path = frame_photo((4000, 3000), WIDE, subject(), FramingChoice(strength=strength)).path(move)
        start, end = path.start, path.end
        ways.append(abs(start.x - end.x) + abs(start.y - end.y) + abs(start.width - end.width))
    assert ways == sorted(ways)
    assert ways[0] < 0.8 * ways[1] < 0.8 * ways[2]


@pytest.mark.parametrize(("mode", "frame"), [*product(("fill", "whole"), (WIDE, TALL))])
def test_a_border_is_outside_the_frame(mode: str, frame: Size) -> None:
    bordered = replace(subject(), picture=Box(0.1, 0.05, 0.9, 0.85))
    framing = frame_photo((3000, 2000), frame, bordered, FramingChoice(mode=FramingMode(mode)))
    seen = framing.at_rest
    left, right = (seen.left + edge * seen.width for edge in (0.1, 0.9))
    top, bottom = (seen.top + edge * seen.height for edge in (0.05, 0.85))
    fills = (left <= 0.001, top <= 0.001, right >= 0.999, bottom >= 0.999)
    assert all(fills) if mode == "fill" else left >= 0 and top >= 0 and right <= 1 and bottom <= 1
    assert right - left == pytest.approx((bottom - top) * 2400 / 1600 * frame[1] / frame[0], rel=0.01)


def test_a_subject_survives_json() -> None:
    known = PhotoSubject((0.25, 0.5), (face(0.5, 0.25),), Box(0.05, 0.05, 0.95, 0.9))
    assert PhotoSubject.from_json(known.to_json()) == known
