"""Security headers: what every answer tells the browser about scripts, frames and other sites."""

import base64
import hashlib
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from echoes.settings import Settings
from echoes.web.middleware.security_headers import SecurityHeadersMiddleware, hashes_of_scripts

LOCAL = Settings()
HOSTED = Settings(public_url="https://echoes.example", mode="production", role="web")


async def page(_: Request) -> Response:
    return HTMLResponse("<h1>Echoes</h1>")


async def strict(_: Request) -> Response:
    return HTMLResponse("", headers={"Content-Security-Policy": "default-src 'none'"})


async def broken(_: Request) -> Response:
    return PlainTextResponse("no", 500)


async def unchanged(_: Request) -> Response:
    return Response(status_code=304)


async def part(request: Request) -> Response:
    return Response("", media_type=request.path_params["kind"])


def build(folder: Path, *pages: str) -> Path:
    for number, content in enumerate(pages):
        (folder / f"{number}.html").write_text(content)
    return folder


async def headers(path: str, settings: Settings, folder: Path) -> httpx.Headers:
    routes = [
        Route("/", page),
        Route("/strict", strict),
        Route("/broken", broken),
        Route("/unchanged", unchanged),
        Route("/films", unchanged),
        Route("/embed/{token}", page),
        Route("/part/{kind:path}", part),
    ]
    transport = httpx.ASGITransport(SecurityHeadersMiddleware(Starlette(routes=routes), settings, folder))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        return (await browser.get(path)).headers


def directives(found: httpx.Headers) -> dict[str, list[str]]:
    parts = (part.split() for part in found["content-security-policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", ["/", "/broken", "/missing"])
async def test_every_answer_has_them(path: str, tmp_path: Path) -> None:
    found = await headers(path, LOCAL, tmp_path)
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"
    assert found["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in found["permissions-policy"]
    assert directives(found)["object-src"] == ["'none'"]
    assert directives(found)["worker-src"] == ["'self'"]


async def test_over_plain_http_nothing_is_sent_that_browsers_complain_of(tmp_path: Path) -> None:
    """They obey an opener policy over https and on this computer alone."""
    found = await headers("/", Settings(public_url="http://192.168.1.20:3000", mode="production"), tmp_path)
    assert "cross-origin-opener-policy" not in found
    assert found["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "kind",
    [
        "text/javascript", "application/javascript", "text/css", "font/woff2",
        "image/avif", "image/jpeg", "image/png", "image/webp",
    ],
)  # fmt: skip
async def test_what_stands_under_its_pages_policy_carries_none(kind: str, tmp_path: Path) -> None:
    found = await headers(f"/part/{kind}", LOCAL, tmp_path)
    assert "content-security-policy" not in found
    assert "permissions-policy" not in found
    assert found["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/pdf", "text/plain"])
async def test_what_may_be_opened_by_itself_has_a_policy(kind: str, tmp_path: Path) -> None:
    assert "content-security-policy" in await headers(f"/part/{kind}", LOCAL, tmp_path)


async def test_no_script_runs_but_ours(tmp_path: Path) -> None:
    script = 'const a = "<b>&amp;";\n'
    pages = build(tmp_path, f"<script src='/a.js'></script><script>{script}</script>", "<p>none</p>")
    allowed = directives(await headers("/", LOCAL, pages))["script-src"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert allowed == ["'self'", f"'sha256-{digest}'"]


async def test_a_page_of_the_build_is_told_of_its_own_scripts_alone(tmp_path: Path) -> None:
    build(tmp_path, "<script>another</script>")
    (tmp_path / "index.html").write_text("<script>mine</script>")
    digest = base64.b64encode(hashlib.sha256(b"mine").digest()).decode()
    assert directives(await headers("/", LOCAL, tmp_path))["script-src"] == ["'self'", f"'sha256-{digest}'"]
    elsewhere = directives(await headers("/part/application/json", LOCAL, tmp_path))["script-src"]
    assert elsewhere == ["'self'"], "an answer that is no page runs no script of the build"


@pytest.mark.parametrize("path", ["/unchanged", "/films"])
async def test_a_page_that_is_not_modified_keeps_its_scripts(path: str, tmp_path: Path) -> None:
    """Such an answer says no kind, and its policy replaces that of the page in the browser's cache."""
    build(tmp_path, "<script>another</script>")
    (tmp_path / "films.html").write_text("<script>mine</script>")
    digest = base64.b64encode(hashlib.sha256(b"mine").digest()).decode()
    found = await headers(path, LOCAL, tmp_path)
    assert found.get("content-type") is None
    assert f"'sha256-{digest}'" in directives(found)["script-src"]


def test_only_inline_scripts_are_named_each_once(tmp_path: Path) -> None:
    pages = build(tmp_path, "<script>1</script>", "<script>1</script><script type=module>2</script>")
    assert len(hashes_of_scripts(pages.glob("*.html"))) == 2


async def test_nobody_frames_our_pages_but_an_embedded_film(tmp_path: Path) -> None:
    found = await headers("/", LOCAL, tmp_path)
    assert directives(found)["frame-ancestors"] == ["'none'"]
    assert found["x-frame-options"] == "DENY"
    embedded = await headers("/embed/abc", LOCAL, tmp_path)
    assert directives(embedded)["frame-ancestors"] == ["*"]
    assert "x-frame-options" not in embedded
    assert directives(embedded)["script-src"] == directives(found)["script-src"]


async def test_forms_and_sockets_stay_with_us(tmp_path: Path) -> None:
    found = directives(await headers("/", HOSTED, tmp_path))
    assert found["form-action"] == ["'self'"]
    assert found["connect-src"] == ["'self'", "wss://echoes.example"]


async def test_only_where_there_is_encryption_it_is_demanded_for_good(tmp_path: Path) -> None:
    assert "strict-transport-security" not in await headers("/", LOCAL, tmp_path)
    found = await headers("/", HOSTED, tmp_path)
    assert found["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("issuer", "pictures"),
    [
        ("https://accounts.google.com", "https://*.googleusercontent.com"),
        ("https://id.example/realms/a", "https://id.example"),
    ],
)
async def test_pictures_of_people_come_from_their_sign_in_service(
    issuer: str, pictures: str, tmp_path: Path
) -> None:
    settings = Settings(oidc_client_id="echoes", oidc_issuer=issuer)
    assert directives(await headers("/", settings, tmp_path))["img-src"] == [
        "'self'",
        "data:",
        "blob:",
        pictures,
    ]


async def test_a_route_keeps_what_it_says_itself(tmp_path: Path) -> None:
    assert directives(await headers("/strict", LOCAL, tmp_path)) == {"default-src": ["'none'"]}


@pytest.mark.parametrize("path", ["/", "/embed/abc"])
async def test_pictures_and_films_may_come_from_the_bucket_and_nothing_else_may(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere:
        origin = "https://films.s3.eu-central-1.amazonaws.com"

    before = directives(await headers(path, HOSTED, tmp_path))
    monkeypatch.setattr("echoes.web.middleware.security_headers.get_storage", Elsewhere)
    after = directives(await headers(path, HOSTED, tmp_path))
    added = {name: set(after[name]) - set(before[name]) for name in after if after[name] != before[name]}
    assert added == {"img-src": {Elsewhere.origin}, "media-src": {Elsewhere.origin}}
