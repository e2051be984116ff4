"""Pages give an element its style property by property (echoes/reflex_adapter/inline_styles.js), or they do
not open."""

import pytest

from echoes.echoes import app


@pytest.mark.parametrize("route", app._unevaluated_pages)
def test_no_style_is_one_variable_or_a_selector(route: str) -> None:
    component = app._unevaluated_pages[route].component
    drawn = str(component() if callable(component) else component)
    assert len(drawn) > 1000
    assert '["&' not in drawn
