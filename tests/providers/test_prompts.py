"""Prompt truncation: cut as its provider counts, at a word, and never refused for its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoes.providers import fit_prompt
from echoes.providers.base import Model
from echoes.providers.prompts import length


def model(limit: int | None, unit: str = "characters") -> Model:
    return Model(name="m", title="M", sizes=((1280, 720),), prompt_limit=limit, prompt_unit=unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("a gentle smile", None, "a gentle smile"),
        ("  a gentle smile ", 14, "a gentle smile"),
        ("a gentle smile", 13, "a gentle"),
        ("a gentle smile", 9, "a gentle"),
        ("a gentle smile", 8, "a gentle"),
        ("a gentle smile", 7, "a"),
        ("immeasurable", 5, "immea"),
        ("a gentle smile", 0, ""),
        ("", 10, ""),
    ],
)
def test_is_cut_at_a_word(text: str, limit: int | None, kept: str) -> None:
    assert fit_prompt(model(limit), text) == kept


def test_utf16_counts_what_lies_above_twice() -> None:
    assert fit_prompt(model(4, "utf16"), "👵👵👵") == "👵👵"
    assert fit_prompt(model(3, "utf16"), "👵👵👵") == "👵"
    assert fit_prompt(model(3), "👵👵👵") == "👵👵👵"


@given(st.text(max_size=60), st.integers(0, 40), st.sampled_from(["utf16", "characters"]))
def test_is_never_too_long_and_always_a_beginning(text: str, limit: int, unit: str) -> None:
    kept = fit_prompt(model(limit, unit), text)
    assert length(model(limit, unit), kept) <= limit
    assert text.strip().startswith(kept)
