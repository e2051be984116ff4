"""Pinned versions name no place to download from: that is for whoever installs to say."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts import frontend, javascript
from scripts.lock import ELSEWHERE, constraints_of, locked, refuse_addresses

ROOT = Path(__file__).parents[2]
EXACT = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+( ; [a-z_]+ < \"[0-9.]+\")?")
OLDEST = {"python_version": "3.11", "python_full_version": "3.11.0", "extra": ""}
"""Of what pyproject.toml allows."""


def test_every_constraint_is_one_exact_version_and_nothing_else() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not EXACT.fullmatch(line)] == []


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~!]", line)[0].lower() for line in wanted}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    assert names - pinned == set()


def test_what_only_the_oldest_python_needs_is_pinned_for_it() -> None:
    needed = {
        wanted.name: str(wanted.marker)
        for distribution in distributions()
        for wanted in map(Requirement, distribution.requires or ())
        if wanted.marker and wanted.marker.evaluate(OLDEST) and not wanted.marker.evaluate({"extra": ""})
    }
    assert needed.items() <= ELSEWHERE.items()
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    for name, marker in ELSEWHERE.items():
        assert [line for line in lines if re.fullmatch(rf"{name}==\S+ ; {re.escape(marker)}", line)]


def test_a_new_lock_keeps_what_is_for_elsewhere() -> None:
    name, marker = next(iter(ELSEWHERE.items()))
    written = constraints_of(f"Zope==2\n{name}==1.0\nattrs==3\n").splitlines()
    assert written[1:] == [f"{name}==1.0 ; {marker}", "attrs==3", "Zope==2"]


@pytest.mark.parametrize(("folder", "least"), [(frontend.LOCK, 100), (javascript.PINS, 20)])
def test_an_npm_lock_holds_no_download_address(folder: Path, least: int) -> None:
    lock = locked(folder)
    assert len(lock["packages"]) > least
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    refuse_addresses(lock)


def test_scripts_are_checked_against_the_libraries_that_the_pages_are_built_with() -> None:
    built, checked = locked(frontend.LOCK)["packages"], locked(javascript.PINS)["packages"]
    wanted = {f"node_modules/{name}" for name in checked[""]["devDependencies"]} & built.keys()
    assert "node_modules/@dnd-kit/core" in wanted
    assert {name: checked[name]["version"] for name in wanted} == {
        name: built[name]["version"] for name in wanted
    }


def test_an_npm_lock_with_download_addresses_is_refused() -> None:
    with pytest.raises(SystemExit, match="react"):
        refuse_addresses({"packages": {"react": {"resolved": "https://somewhere.example/react.tgz"}}})
