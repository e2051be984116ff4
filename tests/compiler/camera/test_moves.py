"""Camera moves: where the camera looks, for any photograph, frame and subject."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.camera.moves import CameraPath, Move, ease, plan_path
from compiler.codec.profile import SIZES, Size

photos = st.tuples(st.integers(1, 20000), st.integers(1, 20000))
frames = st.sampled_from(SIZES)
points = st.tuples(st.floats(0, 1), st.floats(0, 1))
times = st.floats(0, 1)
PHOTO, FRAME, MIDDLE = (4000, 3000), (1280, 720), (0.5, 0.5)


@given(st.sampled_from(Move), photos, frames, points, times)
def test_the_frame_is_always_full(
    move: Move, photo: Size, frame: Size, focus: tuple[float, float], time: float
) -> None:
    crop = plan_path(move, photo, frame, focus).at(time)
    left, top, right, bottom = crop.box
    slip = 1e-6 * max(photo)
    assert left >= -slip
    assert top >= -slip
    assert right <= photo[0] + slip
    assert bottom <= photo[1] + slip
    assert crop.width / crop.height == pytest.approx(frame[0] / frame[1])


@given(st.sampled_from(Move), photos, frames, points, times)
def test_the_subject_never_leaves_the_frame(
    move: Move, photo: Size, frame: Size, focus: tuple[float, float], time: float
) -> None:
    left, top, right, bottom = plan_path(move, photo, frame, focus).at(time).box
    slip = 1e-6 * max(photo)
    assert left - slip <= focus[0] * photo[0] <= right + slip
    assert top - slip <= focus[1] * photo[1] <= bottom + slip


@given(st.sampled_from(Move), frames, points, st.tuples(st.floats(0.3, 0.7), st.floats(0.3, 0.7)))
def test_every_point_goes_over_the_screen_on_a_straight_line(
    move: Move, frame: Size, focus: tuple[float, float], point: tuple[float, float]
) -> None:
    path = plan_path(move, PHOTO, frame, focus)
    (x0, y0), (x1, y1), (x2, y2) = (_on_screen(path, time, point) for time in (0, 0.37, 1))
    assert (x1 - x0) * (y2 - y0) == pytest.approx((y1 - y0) * (x2 - x0), abs=1e-9)


def _on_screen(path: CameraPath, time: float, point: tuple[float, float]) -> tuple[float, float]:
    crop = path.at(time)
    return (point[0] * PHOTO[0] - crop.box[0]) / crop.width, (point[1] * PHOTO[1] - crop.box[1]) / crop.height


def test_a_zoom_grows_by_the_same_ratio_for_the_same_part_of_the_way() -> None:
    path = plan_path(Move.PUSH_IN, PHOTO, FRAME, MIDDLE)
    middle = path.at(0.5).width
    assert middle**2 == pytest.approx(path.start.width * path.end.width)


@given(times, times)
def test_time_is_eased_without_ever_going_back(first: float, second: float) -> None:
    assert (ease(0), ease(0.5), ease(1)) == pytest.approx((0, 0.5, 1))
    assert (ease(first) - ease(second)) * (first - second) >= -1e-12
    assert ease(first) + ease(1 - first) == pytest.approx(1)


def test_a_move_starts_and_ends_at_rest_and_has_no_jerk_between() -> None:
    places = [ease(step / 1000) for step in range(1001)]
    speeds = [after - before for before, after in pairwise(places)]
    assert speeds[0] == pytest.approx(0, abs=1e-5)
    assert speeds[-1] == pytest.approx(0, abs=1e-5)
    changes = [abs(after - before) for before, after in pairwise(speeds)]
    assert max(changes) < 1e-5


@pytest.mark.parametrize(
    ("move", "direction"),
    [(Move.DRIFT_LEFT, (-1, 0)), (Move.DRIFT_RIGHT, (1, 0)), (Move.RISE, (0, -1)), (Move.HOLD, (0, 0))],
)
@pytest.mark.parametrize("photo", [(4000, 3000), (3000, 4000), (1280, 720), (9000, 1000)])
def test_drifts_go_where_their_name_says(move: Move, direction: tuple[int, int], photo: Size) -> None:
    path = plan_path(move, photo, FRAME, MIDDLE)
    moved = (path.end.x - path.start.x) / path.start.width, (path.end.y - path.start.y) / path.start.height
    assert [round(part / max(0.05, abs(part))) for part in moved] == list(direction)
    assert path.start.width == path.end.width


def test_pushing_in_ends_nearer_to_the_subject_and_pulling_back_is_its_reverse() -> None:
    push, pull = (plan_path(move, PHOTO, FRAME, (0.3, 0.2)) for move in (Move.PUSH_IN, Move.PULL_BACK))
    assert push.end.width < push.start.width == 4000
    assert push.end.x < push.start.x
    assert (pull.start, pull.end) == (push.end, push.start)


def test_a_drift_away_from_a_subject_at_the_very_edge_becomes_a_push() -> None:
    path = plan_path(Move.DRIFT_RIGHT, PHOTO, FRAME, (0.01, 0.5))
    assert path.end.width < path.start.width
    assert path.end.box[0] == pytest.approx(0)
