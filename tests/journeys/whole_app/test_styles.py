"""The built style sheet says what its sources say: written shorter, and with nothing left out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import ROOT, require_front_end

pytestmark = pytest.mark.chromium

STYLES_FOLDER = ROOT / "assets" / "styles"
COLLECTIONS, WITHOUT_REFLEX = ("signed_in", "operators"), ("standalone", "watch")
Declarations = dict[str, dict[str, str]]
READ = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const found = {};
  const say = (where, style) => {
    const all = (found[where] ??= document.createElement("i").style);
    for (const one of style.cssText.split(/;(?![^(]*\\))/)) {
      const [name, ...value] = one.split(":");
      if (!value.length) continue;
      const [said, important] = value.join(":").split("!");
      all.setProperty(name.trim(), said.trim(), important ? "important" : "");
    }
  };
  const walk = (rules, where) => {
    for (const rule of rules) {
      if (rule instanceof CSSKeyframesRule) walk(rule.cssRules, `${where} @keyframes ${rule.name}`);
      else if (rule instanceof CSSKeyframeRule) say(`${where} ${rule.keyText}`, rule.style);
      else if (rule instanceof CSSStyleRule) {
        const selectors = rule.selectorText.split(/,(?![^(]*\\))/);
        for (const selector of selectors) say(`${where} ${selector.trim()}`, rule.style);
      } else if (rule.cssRules) walk(rule.cssRules, `${where} ${rule.conditionText ?? ""}`);
    }
  };
  walk(sheet.cssRules, "");
  return Object.fromEntries(Object.entries(found).map(([where, style]) => [where, Object.fromEntries(
    [...style].map(name => [name, style.getPropertyValue(name) + style.getPropertyPriority(name)]))]));
}"""
"""In the browser, which understands shorthands: each selector's declarations, a longhand at a time."""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    require_front_end()
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def declared(page: Page, *sheets: Path) -> Declarations:
    found: Declarations = page.evaluate(READ, "\n".join(path.read_text() for path in sheets))
    return {as_range(where): declarations for where, declarations in found.items()}


def as_range(where: str) -> str:
    """Media queries as the minifier writes them."""
    where = re.sub(r"\(min-(width|height): ?([^)]*)\)", r"(\1 >= \2)", where)
    return re.sub(r"\(max-(width|height): ?([^)]*)\)", r"(\1 <= \2)", where)


def sources() -> list[Path]:
    from echoes.echoes import STYLES

    return [
        STYLES_FOLDER / f"{name}.css" for name in (*STYLES, *imported("signed_in"), *imported("operators"))
    ]


def imported(collection: str) -> list[str]:
    return re.findall(r'@import url\("./(\w+)\.css"\);', (STYLES_FOLDER / f"{collection}.css").read_text())


def built() -> list[Path]:
    return sorted((ROOT / ".web/build/client/assets").glob("*.css"))


def missing(source: Declarations, built: Declarations) -> list[tuple[str, str, str]]:
    """Every property has to be there. Of what moves its value has to be the same, but for the unit: elsewhere
    a minifier has too many ways to say one thing."""
    return [
        (where, name, value)
        for where, declarations in source.items()
        for name, value in declarations.items()
        if not is_kept(name, value, built.get(where, {}).get(name))
    ]


def is_kept(name: str, written: str, built: str | None) -> bool:
    if built is None or not name.startswith(("animation", "transition")):
        return built is not None
    return in_seconds(written) == in_seconds(built)


def in_seconds(value: str) -> str:
    return re.sub(r"([\d.]+)(m?)s\b", lambda time: f"{float(time[1]) / (1000 if time[2] else 1):g} s", value)


def test_every_sheet_is_one_of_a_page() -> None:
    known = [path.stem for path in sources()] + [*COLLECTIONS, *WITHOUT_REFLEX]
    assert sorted(known) == sorted(path.stem for path in STYLES_FOLDER.glob("*.css"))


def test_every_declaration_is_in_the_build(page: Page) -> None:
    source = declared(page, *sources())
    assert len(source) > 300
    assert missing(source, declared(page, *built())) == []


def test_a_declaration_that_was_left_out_is_found(page: Page, tmp_path: Path) -> None:
    """As the minifier left it out once: of a shorthand without a name it made “none”."""
    written, shortened = tmp_path / "written.css", tmp_path / "shortened.css"
    written.write_text(".a { animation: 5s ease-in-out infinite; } .b { color: #ffffff; }")
    shortened.write_text(".a{animation:none}.b{color:#fff}")
    gone = missing(declared(page, written), declared(page, shortened))
    assert {name for _, name, _ in gone} >= {"animation-duration", "animation-iteration-count"}
    assert {where.strip() for where, _, _ in gone} == {".a"}


@pytest.mark.parametrize("theme", ["", "dark"])
def test_what_loads_shimmers_whatever_shape_it_has(page: Page, theme: str) -> None:
    """Its light passes by only while the background is wider than the shape."""
    sheets = "".join(path.read_text() for path in built())
    shapes = "".join(f'<div class="skeleton {shape}"></div>' for shape in ("", "line", "tile"))
    page.set_content(f'<html class="{theme}"><style>{sheets}</style>{shapes}</html>')
    widths = page.locator(".skeleton").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundSize)"
    )
    assert widths == ["300% 100%"] * 3
