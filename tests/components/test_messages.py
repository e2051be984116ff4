"""The types by which scripts are checked say what Python really hands to them."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import reflex as rx

import echoes.components
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Soundtrack, Timeline, Transition
from compiler.timeline.playback import played_sounds
from echoes.uploads.routes import RESULT_NAMES

FOLDER = Path(echoes.components.__file__).parent
MESSAGES = (FOLDER / "messages.d.ts").read_text()
ALSO = {"children", "className", "...attributes", "id"}
"""What Reflex hands to every component, whatever props it names."""


def fields_of(interface: str) -> set[str]:
    found = re.search(rf"export interface {interface} {{\n(.*?)\n}}", MESSAGES, re.DOTALL)
    assert found is not None
    return set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))


def components() -> Iterator[type[rx.Component]]:
    for module in pkgutil.iter_modules([str(FOLDER)]):
        for value in vars(import_module(f"{echoes.components.__name__}.{module.name}")).values():
            if inspect.isclass(value) and issubclass(value, rx.Component) and is_ours(value):
                yield value


def is_ours(component: type[rx.Component]) -> bool:
    return str(component.get_fields()["library"].default).startswith("$/public/external/echoes/")


def in_script(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def test_a_film_has_the_fields_that_the_compiler_gives_it() -> None:
    shots = (Shot("first", 48), Shot("second", 48))
    timeline = Timeline(shots, (Transition("crossfade", 12),), Soundtrack("waltz"))
    film = lay_out(timeline).to_json()
    (music,) = played_sounds(timeline, lay_out(timeline), {})
    assert fields_of("Film") == set(film) - {"soundtrack"}
    assert fields_of("Shot") == set(film["shots"][0])
    assert fields_of("Transition") == set(film["transitions"][0])
    assert fields_of("PlayedSound") == set(music.to_json())


def test_the_answer_to_an_upload_has_the_names_that_its_route_gives() -> None:
    assert fields_of("UploadAnswer") == {*RESULT_NAMES.values(), "error", "code"}


@pytest.mark.parametrize("component", list(components()), ids=lambda component: component.__name__)
def test_a_component_takes_the_props_that_python_gives(component: type[rx.Component]) -> None:
    fields = component.get_fields()
    (path,) = FOLDER.rglob(Path(str(fields["library"].default)).name)
    script = path.read_text()
    found = re.search(rf"export function {fields['tag'].default}\((?:{{(.*?)}})?\)", script, re.DOTALL)
    assert found is not None
    taken = dict(re.findall(r"(?:^|,)\s*((?:\.{3})?\w+)(\s*=)?", found[1] or ""))
    given = {in_script(name) for name in component.get_props()}
    assert given <= taken.keys() or "...attributes" in taken
    assert {name for name, default in taken.items() if not default} <= given | ALSO
