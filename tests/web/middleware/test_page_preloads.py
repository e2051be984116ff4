"""Link headers: a page of a film comes with the names of the scripts that draw it."""

import json
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from echoes.web.middleware.page_preloads import PagePreloadsMiddleware

ROUTES = {
    "root": {"path": "", "module": "/assets/root.js"},
    "arrange": {
        "path": "project/:project_id/arrange",
        "module": "/assets/arrange.js",
        "imports": ["/assets/libraries.js", "/assets/icons.js"],
    },
    "films": {"path": "films", "module": "/assets/films.js", "imports": ["/assets/icons.js"]},
}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    assets.mkdir()
    manifest = json.dumps({"routes": ROUTES, "url": "/assets/manifest-1.js"})
    (assets / "manifest-1.js").write_text(f"window.__reactRouterManifest={manifest};")
    (assets / "arrange.js").write_text("x=()=>import(`./player-C_1.js`);y=()=>import(`./filmstrip-2.js`)")
    (assets / "player-C_1.js").write_text(
        'import{a}from"./libraries.js";import{b as c}from"./player_transitions-3.js";import"./icons.js";'
    )
    (tmp_path / "__spa-fallback.html").write_text('<link rel="modulepreload" href="/assets/libraries.js"/>')
    return tmp_path


async def link_of(path: str, build: Path, answer: Response | None = None) -> str:
    async def page(_: Request) -> Response:
        return answer or HTMLResponse("<html></html>")

    app = PagePreloadsMiddleware(Starlette(routes=[Route("/{path:path}", page)]), build)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return str((await client.get(path)).headers.get("link", ""))


async def test_a_page_names_what_the_common_file_does_not(build: Path) -> None:
    first, _, _ = (await link_of("/project/0123/arrange", build)).partition(", </assets/player")
    assert first == "</assets/arrange.js>; rel=modulepreload, </assets/icons.js>; rel=modulepreload"


async def test_its_style_sheet_comes_before_its_scripts(build: Path) -> None:
    (build / "assets" / "icons.js").write_text("s=`/assets/signed_in-A_1.css`;")
    links = (await link_of("/project/0123/arrange", build)).split(", ")
    assert links[0] == "</assets/signed_in-A_1.css>; rel=preload; as=style"
    assert links[1] == "</assets/arrange.js>; rel=modulepreload"


async def test_what_it_draws_with_comes_behind_that_and_with_its_own_imports(build: Path) -> None:
    links = (await link_of("/project/0123/arrange", build)).split(", ")
    assert links[2:] == [
        "</assets/player-C_1.js>; rel=modulepreload; fetchpriority=low",
        "</assets/player_transitions-3.js>; rel=modulepreload; fetchpriority=low",
    ]


@pytest.mark.parametrize(
    "path", ["/films", "/", "/project/0123", "/project/0123/arrange/more", "/project//arrange"]
)
async def test_others_name_nothing(path: str, build: Path) -> None:
    assert await link_of(path, build) == ""


async def test_what_is_no_page_names_nothing(build: Path) -> None:
    assert await link_of("/project/0123/arrange", build, JSONResponse({})) == ""


async def test_a_build_without_a_manifest_is_served_all_the_same(tmp_path: Path) -> None:
    assert await link_of("/project/0123/arrange", tmp_path) == ""
