"""Bidirectional text, laid out by Unicode's algorithm."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from compiler.text.bidirectional import BIDI_CONTROLS, in_visual_order, levels_of
from compiler.text.lettering import broken, runs_of, width_of

HEBREW, ARABIC = "שלום", "مرحبا"


def seen(line: str) -> list[str]:
    """What stands on the line from left to right, each part in the order of reading."""
    return [run.text.strip() for run in runs_of(line) if run.text.strip()]


@pytest.mark.parametrize(
    ("line", "from_left"),
    [
        ("Anna and Ben, 1987", ["Anna and Ben, 1987"]),
        (HEBREW, [HEBREW]),
        (f"{HEBREW} 1987", ["1987", HEBREW]),
        (f"{HEBREW} Anna {ARABIC}", [ARABIC, "Anna", HEBREW]),
        (f"Anna {HEBREW} 2 Ben", ["Anna", "2", HEBREW, "Ben"]),  # a number goes with the words before it
        (f"{HEBREW} 12:30", ["12:30", HEBREW]),
        (f"{HEBREW} 1,234.5", ["1,234.5", HEBREW]),
        (f"{ARABIC} ١٩٨٧", ["١٩٨٧", ARABIC]),  # Arabic digits go from left to right as well
        (f"{HEBREW} 50%", ["50%", HEBREW]),
        (f"{ARABIC} 50%", ["%", "50", ARABIC]),  # as Arabic writes it
        (f"Anna ({HEBREW}) Ben", ["Anna (", HEBREW, ") Ben"]),
        (f"Anna ({HEBREW}), 1987", ["Anna (", HEBREW, "),", "1987"]),  # both brackets go with Anna
        (f"{HEBREW} (Anna) {ARABIC}", [ARABIC, ")", "Anna", "(", HEBREW]),  # mirrored when shaped
        (f"Anna \u2067{HEBREW} 1\u2069 2", ["Anna", "1", HEBREW, "2"]),  # isolated: 2 does not go with it
        (f"\u2068{HEBREW}\u2069 Anna", [HEBREW, "Anna"]),  # what is isolated does not turn the line round
        (f"{HEBREW} \u2068Ben 2\u2069, \u20683\u2069", ["3", ",", "Ben 2", HEBREW]),
    ],
)
def test_parts_stand_where_a_reader_looks_for_them(line: str, from_left: list[str]) -> None:
    assert seen(line) == from_left


def test_emoji_and_joiners_stay_whole_in_both_directions() -> None:
    family = "👨‍👩‍👧"
    assert seen(f"{HEBREW} {family} {HEBREW}") == [HEBREW, family, HEBREW]
    assert seen(f"Anna {family}") == ["Anna", family]
    assert [run.text for run in runs_of("می‌خواهم")] == ["می‌خواهم"]  # with a joiner that parts letters


MIXED = "ab cd 12,.-()[]👍" + HEBREW + ARABIC + "٣٤\u2066\u2067\u2068\u2069"


@given(st.text(st.sampled_from(MIXED), max_size=30))
def test_characters_stand_where_the_library_displays_them(line: str) -> None:
    """But for brackets, which the shaping mirrors, and for what is not seen."""
    displayed = in_visual_order(list(zip(line, levels_of(line), strict=True)), lambda part: part[1])
    ours = "".join(character for character, _ in displayed)
    assert ours.translate(AS_SEEN) == str(get_display(line)).translate(AS_SEEN)


AS_SEEN = str.maketrans(")]", "([", " " + "".join(BIDI_CONTROLS))


@given(st.text(st.characters(), max_size=40))
def test_nothing_is_lost_whatever_is_typed(line: str) -> None:
    """But for what is never seen."""
    seen = [character for character in line if character not in BIDI_CONTROLS]
    assert sorted("".join(run.text for run in runs_of(line))) == sorted(seen)


def test_all_lines_of_a_paragraph_go_its_way() -> None:
    widest = width_of(f"{HEBREW} Anna", 100) + 1
    first, second = broken(f"{HEBREW} {HEBREW} Anna {HEBREW}", 100, widest)
    assert seen(first) == [HEBREW, HEBREW]
    assert seen(second) == [HEBREW, "Anna"]
    first, second = broken(f"{HEBREW} {HEBREW} {HEBREW}", 100, widest)
    assert second == HEBREW, "nothing is added where nothing would turn"


@given(st.text(st.sampled_from("Anna 1987, (Ben) é ñ 👍🏽 Ω Ж –"), max_size=30))
def test_plain_text_has_one_direction_and_keeps_its_order(line: str) -> None:
    assert levels_of(line) == [0] * len(line)
    assert "".join(run.text for run in runs_of(line)) == line


def test_a_word_that_the_library_displays_backwards_is_shaped_in_reading_order() -> None:
    assert get_display(HEBREW) == HEBREW[::-1]
    (run,) = runs_of(HEBREW)
    assert (run.text, run.right_to_left) == (HEBREW, True)
