"""The provider that docs/providers.md shows, word for word, held to the contract of all."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from echoes.providers import get_provider, installed
from echoes.providers.base import Provider
from tests.providers.contract import ProviderContract
from tests.support.servers.production import serve
from tests.support.standins.scripting import sample_video
from tests.support.standins.servers import forget

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
KEY = "key_of_the_example"


class ExampleService:
    """The service that the page tells of. A clip is made when it was asked about twice."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.is_busy = False
        self.app = Starlette(
            routes=[
                Route("/clips", self.order, methods=["POST"]),
                Route("/clips/{id}", self.tell, methods=["GET"]),
                Route("/clips/{id}", self.stop, methods=["DELETE"]),
                Route("/file.mp4", self.file),
            ]
        )

    async def order(self, request: Request) -> Response:
        body = await request.json()
        if request.headers["authorization"] != KEY or not body["image"].startswith("data:image/"):
            return JSONResponse({}, 400)
        job_id = f"job{len(self.asked)}"
        self.asked[job_id] = 0
        return JSONResponse({"id": job_id}, 201)

    async def tell(self, request: Request) -> Response:
        job_id = request.path_params["id"]
        self.asked[job_id] += 1
        if self.asked[job_id] == 1:
            return JSONResponse({"state": "waiting", "place": 2})
        if self.is_busy or self.asked[job_id] == 2:
            return JSONResponse({"state": "running", "progress": 0.5})
        return JSONResponse({"state": "made", "url": f"{request.base_url}file.mp4"})

    async def stop(self, request: Request) -> Response:
        return JSONResponse({"stopped": True, "charged": False})

    async def file(self, request: Request) -> Response:
        return FileResponse(sample_video(), media_type="video/mp4")


class TestDocumented(ProviderContract):
    @pytest.fixture
    def service(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExampleService]:
        service = ExampleService()
        with serve(service.app) as address:
            monkeypatch.setenv("EXAMPLE_URL", address)
            monkeypatch.setenv("EXAMPLE_KEY", KEY)
            yield service

    @pytest.fixture
    def provider(
        self, service: ExampleService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Provider]:
        """Installed as its package would be."""
        code, entry_point = (block("python"), block("toml"))
        (tmp_path / "example_provider.py").write_text(code)
        facts = tmp_path / "example_provider-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: example-provider\nVersion: 1.0\n")
        group, _, line = entry_point.partition("\n")
        assert group == '[project.entry-points."echoes.providers"]'
        (facts / "entry_points.txt").write_text("[echoes.providers]\n" + line.replace('"', ""))
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "example_provider", raising=False)
        forget()
        provider = get_provider("example")
        provider.poll_seconds = 0.01  # type: ignore[misc]  # as short as the service is quick
        yield provider
        forget()

    @pytest.fixture
    def keep_busy(self, service: ExampleService) -> Callable[[], None]:
        return lambda: setattr(service, "is_busy", True)

    def test_can_be_chosen(self, provider: Provider) -> None:
        assert {"example", "fal", "motion", "runway"} <= set(installed())

    def test_is_as_short_as_a_provider_should_be(self) -> None:
        assert len([line for line in block("python").splitlines() if line.strip()]) < 45


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]
