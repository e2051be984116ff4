"""What people type stands as their script runs: every field for words takes its direction from them."""

from collections.abc import Iterator
from typing import Any

import pytest
import reflex as rx

from echoes.echoes import app

FIELDS = {'"input"', '"textarea"'}


@pytest.mark.parametrize("route", app._unevaluated_pages)
def test_a_field_for_words_turns_with_what_is_typed(route: str) -> None:
    made = app._unevaluated_pages[route].component
    component = made() if callable(made) else made
    assert isinstance(component, rx.Component)
    assert [field for field in fields_for_words(component.render()) if 'dir:"auto"' not in field] == []


def test_a_field_without_a_direction_is_found() -> None:
    page = rx.el.form(rx.el.input(name="title", type="text"), rx.el.input(name="plain"), rx.el.textarea())
    assert len(list(fields_for_words(page.render()))) == 3
    assert list(fields_for_words(rx.el.input(type="checkbox").render())) == []


def fields_for_words(rendered: Any) -> Iterator[list[str]]:
    """The properties of each."""
    if isinstance(rendered, dict):
        properties = [str(each) for each in rendered.get("props", [])]
        kind = next((each for each in properties if each.startswith("type:")), 'type:"text"')
        if rendered.get("name") in FIELDS and kind == 'type:"text"':
            yield properties
        rendered = list(rendered.values())
    if isinstance(rendered, (list, tuple)):
        for part in rendered:
            yield from fields_for_words(part)
