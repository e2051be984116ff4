"""Components' scripts stand where Reflex's own way would put them."""

from pathlib import Path

import pytest
import reflex as rx
from reflex_base import constants

from echoes.components import menu
from echoes.components.scripts import script


def test_a_script_is_named_and_linked_as_by_reflex() -> None:
    by_reflex = "told = rx.asset('menu.jsx', shared=True).importable_path"
    names: dict[str, object] = {"rx": rx}
    exec(compile(by_reflex, str(menu.__file__), "exec"), names)  # noqa: S102 - as a line of that module
    assert script(menu.__name__, "menu.jsx") == menu.Menu.create().library == names["told"]


def test_a_link_leads_to_the_script_also_when_it_led_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    link = tmp_path / constants.Dirs.APP_ASSETS / "external/echoes/components/menu/menu.js"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "moved.js")
    for _ in range(2):
        script(menu.__name__, "menu.js")
        assert link.resolve() == Path(menu.__file__).with_name("menu.js").resolve()


def test_a_script_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(FileNotFoundError):
        script(menu.__name__, "menue.js")
