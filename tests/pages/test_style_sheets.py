"""Every page loads the style sheets that its classes are in, of which there are few outside the sign-in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reflex as rx

from echoes.components.connection_status import connection_status
from echoes.components.page_styles import operators_styles, signed_in_styles
from echoes.echoes import STYLES, app
from echoes.pages.common.shell import arriving, crashed

ROOT = Path(__file__).parents[2]
SHEETS = ROOT / "assets" / "styles"
EVERYWHERE = {"crashed": crashed, "arriving": arriving, "connection status": connection_status}
"""What may stand on any page, and so has the sheets of every page alone."""
PAGES = {f"/{route}": page.component for route, page in app._unevaluated_pages.items()}


@pytest.mark.parametrize("name", [*PAGES, *EVERYWHERE])
def test_every_class_is_styled_where_it_is_used(name: str) -> None:
    made = (PAGES | EVERYWHERE)[name]
    component = made() if callable(made) else made
    assert isinstance(component, rx.Component)
    assert classes_of(component) & (everywhere() - loaded_by(component)) == set()


def test_a_page_without_the_sheets_of_the_signed_in_is_found() -> None:
    tile = rx.el.div(rx.cond(rx.Var("open"), rx.el.p(class_name="film-card"), rx.el.p(class_name="column")))
    assert classes_of(tile) & (everywhere() - loaded_by(tile)) == {"film-card"}
    assert "film-card" in loaded_by(rx.el.div(signed_in_styles(), tile))


def everywhere() -> set[str]:
    return styled(*STYLES, *imported("signed_in"), *imported("operators"))


def loaded_by(component: rx.Component) -> set[str]:
    names = [*STYLES]
    for collection, loads in (("signed_in", signed_in_styles()), ("operators", operators_styles())):
        if str(loads.tag) in str(component.render()):
            names += imported(collection)
    return styled(*names)


def imported(collection: str) -> list[str]:
    return re.findall(r'@import url\("\./(\w+)\.css"\);', (SHEETS / f"{collection}.css").read_text())


def styled(*names: str) -> set[str]:
    """Classes that the sheets name."""
    text = "".join((SHEETS / f"{name}.css").read_text() for name in names)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", text, flags=re.DOTALL)))


def classes_of(component: rx.Component) -> set[str]:
    """In every state, and of the components that are written in JavaScript."""
    scripts = [script for name in component._get_all_imports() if (script := source_of(name))]
    written = "\n".join(script.read_text() for script in scripts)
    said = [*re.findall(r"className=(.+)", written), *class_names(component.render())]
    return set(re.findall(r"[\w-]+", " ".join(re.findall(r'"([^"]*)"', "\n".join(said)))))


def source_of(library: str) -> Path | None:
    """A component's script is built into a folder of its name: it lies there, or beside others."""
    path = ROOT / library.removeprefix("$/public/external/")
    return next((place for place in (path, path.parent.with_suffix(".jsx")) if place.is_file()), None)


def class_names(rendered: Any) -> Iterator[str]:
    if isinstance(rendered, str) and rendered.startswith("className:"):
        yield rendered
    elif isinstance(rendered, (dict, list, tuple)):
        for part in rendered.values() if isinstance(rendered, dict) else rendered:
            yield from class_names(part)
