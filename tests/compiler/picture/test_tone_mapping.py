"""Tone mapping of wide and bright colours (HDR) to an ordinary screen: what is kept, what gives way."""

from pathlib import Path

import numpy as np
import pytest

from compiler.picture.tone_mapping import LUT_POINTS, conversion, lut_file, to_screen

PQ, HLG = "smpte2084", "arib-std-b67"


def grey(value: float, transfer: str, brightest: float = 1000.0) -> float:
    shown = to_screen(np.full((1, 3), value), "bt2020", transfer, brightest)[0]
    assert shown == pytest.approx(shown[:1].repeat(3), abs=1e-6)  # grey stays grey
    return float(shown[0])


def test_white_is_white_and_the_primaries_are_each_others() -> None:
    assert conversion("bt709") == pytest.approx(np.eye(3), abs=1e-9)
    assert conversion("bt2020") @ np.ones(3) == pytest.approx(np.ones(3), abs=1e-6)
    # ITU-R BT.2087, table 4: the inverse of its matrix.
    assert conversion("bt2020")[0] == pytest.approx([1.6605, -0.5876, -0.0728], abs=2e-3)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_what_is_darker_than_skin_is_as_bright_as_it_was_recorded(transfer: str) -> None:
    """A signal of 50 cd/m² gives 50 of the 203 with which paper is shown."""
    signal = {PQ: 0.4403, HLG: 0.4980}[transfer]
    assert grey(signal, transfer) ** 2.4 * 203 == pytest.approx(50, rel=0.02)


@pytest.mark.parametrize(("transfer", "paper"), [(PQ, 0.5807), (HLG, 0.75)])
def test_paper_leaves_room_for_what_is_brighter(transfer: str, paper: float) -> None:
    assert 0.8 < grey(paper, transfer) < 0.92


@pytest.mark.parametrize("brightest", [400.0, 1000.0, 4000.0, 10000.0])
@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_more_light_is_never_shown_darker(transfer: str, brightest: float) -> None:
    steps = [grey(value, transfer, brightest) for value in np.linspace(0, 1, 101)]
    assert steps[0] == pytest.approx(0, abs=1e-6)
    assert steps[-1] == pytest.approx(1, abs=1e-6)
    assert np.diff(steps).min() > -1e-9


def test_what_is_mastered_brighter_keeps_more_of_its_lights() -> None:
    at_2000 = 0.8274
    assert grey(at_2000, PQ, 1000.0) == pytest.approx(1)
    assert grey(at_2000, PQ, 4000.0) < 0.9985


def test_colours_beyond_the_screen_become_paler_and_keep_their_order() -> None:
    strongest = np.array([[0, 0.6, 0], [0.02, 0.6, 0.02], [0.2, 0.6, 0.2]])
    shown = to_screen(strongest, "bt2020", PQ, 1000.0)
    assert shown.min() >= 0
    assert shown.max() <= 1
    saturation = (shown.max(1) - shown.min(1)) / shown.max(1)
    assert np.diff(saturation).max() <= 1e-6
    assert shown.argmax(1).tolist() == [1, 1, 1]


def test_wide_colours_of_ordinary_brightness_keep_grey_exactly() -> None:
    steps = np.linspace(0, 1, 11)[:, None].repeat(3, 1)
    assert to_screen(steps, "smpte432", "bt709", 1000.0) == pytest.approx(steps, abs=1e-6)


def test_the_table_is_there_only_while_it_is_read() -> None:
    with lut_file("bt2020", HLG, 1000.0) as table:
        head, *rows = table.read_text().splitlines()
        assert head == f"LUT_3D_SIZE {LUT_POINTS}"
        assert len(rows) == LUT_POINTS**3
        red_is_fastest = [float(value) for value in rows[LUT_POINTS - 1].split()]
        assert red_is_fastest == pytest.approx(
            to_screen(np.array([[1.0, 0, 0]]), "bt2020", HLG, 1000.0)[0], abs=1e-4
        )
    assert not Path(table).exists()
