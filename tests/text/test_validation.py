"""Text validation: names and titles in every script, and nothing in them that hides."""

import pytest

from echoes.text.validation import is_shown


@pytest.mark.parametrize(
    "line", ["Summer 1987", "Mum’s 70th 👩\u200d👧 🎂", "می\u200cخواهم", "क्\u200dष", "שבת שלום", "❤\ufe0f"]
)
def test_every_script_is_taken_as_it_is_written(line: str) -> None:
    assert is_shown(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "\u200d",
        "\u200c \u200d",
        "a\x00b",
        "a\nb",
        "zero\u200bwidth",
        "\u202egnp",
        "\u0301",
        " \u0301\u0302",
        "\u3164",
        "\u115f\u1160 \uffa0",
        "\u2800",
        "\ufe0f",
        "\u034f",
    ],
)
def test_what_hides_is_refused(line: str) -> None:
    assert not is_shown(line)
