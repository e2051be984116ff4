"""Titles and captions: inside the safe margins, in reading order, only where they belong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compiler.picture.planes import PlanarFrame, plain
from compiler.rendering.film import render
from compiler.text.fonts import script_of, shapes_scripts
from compiler.text.lettering import Block, broken, drawn, fitted, runs_of, width_of
from compiler.text.styles import STYLES
from compiler.text.titles import Lettering, caption_lettering, card_lettering, mark_ink
from compiler.timeline.model import TITLE_STYLES, Card, Shot, Timeline, Titles
from tests.compiler.films import decoded, psnr, same

pytestmark = pytest.mark.slow

SIZE = (1280, 720)
LEFT_TO_RIGHT_MARK = "\u200e"
LONG = "A summer that none of us will forget, at the lake where grandfather taught all of us to swim"


def rows_with_ink(picture: PlanarFrame, ground: PlanarFrame) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what differs."""
    rows, columns = np.nonzero(np.abs(picture.luma.astype(int) - ground.luma) > 8)
    return columns.min(), rows.min(), columns.max(), rows.max()


def test_a_title_stands_in_the_middle() -> None:
    lettering = card_lettering("Summer 1987", SIZE)
    left, top, right, bottom = rows_with_ink(lettering.on_ground(), lettering.on_ground(0.0))
    assert abs((left + right) / 2 - 640) < 12
    assert abs((top + bottom) / 2 - 360) < 30


def test_a_second_line_stands_below_and_both_in_the_middle() -> None:
    one, two = card_lettering("Summer", SIZE), card_lettering("Summer", SIZE, "At the lake")
    _, top, _, bottom = rows_with_ink(one.on_ground(), one.on_ground(0.0))
    _, higher, _, lower = rows_with_ink(two.on_ground(), two.on_ground(0.0))
    assert higher < top
    assert lower > bottom
    assert abs((higher + lower) / 2 - 360) < 40


def test_each_style_looks_its_own_way() -> None:
    assert set(STYLES) == set(TITLE_STYLES)
    grounds = {name: int(card_lettering("A", SIZE, "", name).on_ground(0.0).luma[0, 0]) for name in STYLES}
    assert len(set(grounds.values())) == len(grounds)
    for name in STYLES:
        lettering = card_lettering("Summer", SIZE, "", name)
        drawn_over = lettering.on_ground().luma.astype(int) - grounds[name]
        assert np.abs(drawn_over).max() > 100, "words that can be read on their ground"


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (960, 960)])
def test_a_long_caption_is_broken_inside_the_safe_margins(size: tuple[int, int]) -> None:
    ground = plain(size, 200)
    left, top, right, bottom = rows_with_ink(caption_lettering(LONG, size).over(ground), ground)
    assert left > size[0] * 0.05
    assert right < size[0] * 0.95
    assert bottom < size[1] * 0.97
    assert top > size[1] * 0.6


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1920, 1080)])
def test_a_mark_is_small_and_in_the_upper_corner(size: tuple[int, int]) -> None:
    ink, shadow = mark_ink("AI", size)
    box, dark = ink.getbbox(), shadow.getbbox()
    assert box is not None
    assert dark is not None
    left, top, right, bottom = box
    assert size[0] * 0.8 < left < right < size[0] * 0.98
    assert size[1] * 0.01 < top < bottom < size[1] * 0.12
    assert dark[2] <= size[0]


def test_lines_are_broken_between_words_and_lose_none() -> None:
    lines = broken(LONG, 40, 500)
    assert " ".join(lines) == LONG
    assert all(width_of(line, 40) <= 500 for line in lines)


def test_a_text_too_long_for_its_lines_becomes_smaller() -> None:
    block = fitted(LONG, 80, 600, most_lines=3)
    assert block.size < 80


@pytest.mark.parametrize("word", ["x" * 300, "Ö" * 120 + " " + "\u05e9" * 120])
def test_a_word_too_wide_for_its_line_is_cut_and_loses_nothing(word: str) -> None:
    block = fitted(word, 80, 600, most_lines=3)
    assert all(width_of(line, block.size) <= 600 for line in block.lines)
    assert "".join(block.lines).replace(LEFT_TO_RIGHT_MARK, "") == word.replace(" ", "")


def test_marks_stay_with_their_letter_where_a_word_is_cut() -> None:
    block = fitted("e\u0301" * 100, 80, 600, most_lines=3)
    assert len(block.lines) > 1
    assert all(line.startswith("e") for line in block.lines)


def test_the_texts_own_line_ends_are_kept() -> None:
    assert broken("Anna\nand Ben", 40, 500) == ["Anna", "and Ben"]


@pytest.mark.parametrize("lettering", [card_lettering, caption_lettering])
def test_more_line_ends_than_there_is_room_for_are_spaces(
    lettering: Callable[[str, tuple[int, int]], Lettering],
) -> None:
    words = "\n".join("abcdefghij" * 15)
    drawn = lettering(words, (1280, 720))
    assert 720 * 0.03 < drawn.top < drawn.bottom < 720 * 0.97
    assert fitted(words, 76, 1075, 5).lines != tuple(words.splitlines())


def test_a_line_from_right_to_left_is_laid_out_backwards() -> None:
    runs = runs_of("שלום Anna 12 שנים")
    assert [run.text.strip() for run in runs if run.text.strip()] == ["שנים", "Anna 12", "שלום"]
    assert [run.right_to_left for run in runs if run.text.strip()] == [True, False, True]


def test_foreign_words_in_a_line_from_left_to_right_keep_its_order() -> None:
    runs = [run.text.strip() for run in runs_of("Anna שלום 2")]
    assert runs[0] == "Anna"
    assert runs.index("שלום") > 0


def test_marks_and_joiners_stay_with_what_they_belong_to() -> None:
    assert [run.script for run in runs_of("👍🏽❤️")] == ["emoji"]
    assert len(runs_of("नमस्ते")) == 1


@pytest.mark.parametrize("letter", ["A", "é", "ő", "Ж", "λ", "ệ", "ש", "م", "न", "😀", "’"])
def test_every_bundled_script_draws_its_own_shapes(letter: str) -> None:
    missing = drawn(Block(("\ue000",), 60), (200, 120), 10)
    assert np.asarray(drawn(Block((letter,), 60), (200, 120), 10)).any()
    assert drawn(Block((letter,), 60), (200, 120), 10).tobytes() != missing.tobytes()


@pytest.mark.skipif(not shapes_scripts(), reason="this Pillow has no shaping engine")
def test_arabic_letters_are_joined() -> None:
    def gaps(text: str) -> int:
        inked = np.flatnonzero(np.asarray(drawn(Block((text,), 60), (300, 120), 10)).max(axis=0))
        return int(inked[-1] - inked[0] + 1 - len(inked))

    assert script_of("ب") == "arabic"
    assert gaps("ببب") == 0
    assert gaps("ب\u200cب\u200cب") > 0


def test_letters_fade_in_and_out() -> None:
    lettering = card_lettering("Hello", SIZE)
    levels = [int(lettering.on_ground(presence).luma.max()) for presence in (0.0, 0.5, 1.0)]
    assert levels[0] < levels[1] < levels[2]


def test_a_title_and_a_caption_change_only_their_own_frames(
    clips: list[Path], sources: list[list[PlanarFrame]], tmp_path: Path
) -> None:
    shots = (Shot(str(clips[0]), caption="At the lake"), Shot(str(clips[2])))
    timeline = Timeline(shots, titles=Titles(opening=Card("Summer", 24), end=Card("The end", 24)))
    rendered = render(timeline, tmp_path / "film.mp4")
    frames = decoded(tmp_path / "film.mp4")
    assert len(frames) == rendered.frames == 24 + 36 + 72 + 24 - 24
    captioned, source = frames[12 + 18], sources[0][18]
    assert (
        psnr(PlanarFrame(*(plane[:500] for plane in captioned)), PlanarFrame(*(p[:500] for p in source))) > 38
    )
    assert np.abs(captioned.luma[600:].astype(int) - source.luma[600:]).max() > 100
    assert all(same(frames[48 + number], sources[2][number]) for number in range(60))
    assert frames[4].luma[:, :100].max() < 40
