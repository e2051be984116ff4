"""The stand-in of Runway, held to the types of Runway's own library."""

import base64
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from runwayml.types import ImageToVideoCreateResponse, OrganizationRetrieveResponse
from runwayml.types.task_retrieve_response import (
    Cancelled,
    Failed,
    Pending,
    Running,
    Succeeded,
    Throttled,
)

from echoes.settings import get_settings
from tests.support.media.samples import save_photo, textured
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.ports import free_port
from tests.support.standins.runway import CODES, RunwayStandIn
from tests.support.standins.scripting import Chance
from tests.support.standins.servers import SECRET

pytestmark = pytest.mark.slow

STATUSES: dict[str, Any] = {
    "PENDING": Pending, "THROTTLED": Throttled, "RUNNING": Running, "SUCCEEDED": Succeeded, "FAILED": Failed,
    "CANCELLED": Cancelled,
}  # fmt: skip


@pytest.fixture
def picture(tmp_path: Path) -> str:
    photo = save_photo(tmp_path / "photo.jpg", textured(320, 180))
    return f"data:image/jpeg;base64,{base64.b64encode(photo.read_bytes()).decode()}"


@pytest.fixture
def client(runway: RunwayStandIn) -> httpx.Client:
    headers = {"Authorization": f"Bearer {SECRET}", "X-Runway-Version": "2024-11-06"}
    return httpx.Client(base_url=get_settings().runway_base_url, headers=headers, timeout=PATIENCE)


def order(picture: str, prompt: str = "hello", **changed: Any) -> dict[str, Any]:
    return {
        "model": "gen4_turbo", "promptImage": picture, "ratio": "1280:720", "promptText": prompt, **changed,
    }  # fmt: skip


def checked(kind: Any, answer: httpx.Response) -> dict[str, Any]:
    """The answer has what the type asks for, by its name on the wire, and nothing that it does not know."""
    said: dict[str, Any] = answer.json()
    model = TypeAdapter(kind).validate_json(answer.content, strict=False)
    assert not model.model_extra
    return said


@pytest.mark.parametrize("ending", ["", "#fail=SAFETY.INPUT.IMAGE", "#fail=none"])
def test_every_status_has_the_form_of_the_library(client: httpx.Client, picture: str, ending: str) -> None:
    made = checked(
        ImageToVideoCreateResponse,
        client.post("/v1/image_to_video", json=order(picture, f"#throttled=1 {ending}")),
    )
    seen: list[str] = []
    while not seen or seen[-1] not in ("SUCCEEDED", "FAILED"):
        answer = client.get(f"/v1/tasks/{made['id']}")
        seen.append(checked(STATUSES[answer.json()["status"]], answer)["status"])
    assert seen == ["PENDING", "THROTTLED", "RUNNING", "FAILED" if ending else "SUCCEEDED"]


def test_a_cancelled_task_has_the_form_of_the_library(client: httpx.Client, picture: str) -> None:
    made = client.post("/v1/image_to_video", json=order(picture)).json()
    assert client.delete(f"/v1/tasks/{made['id']}").status_code == 204
    assert checked(Cancelled, client.get(f"/v1/tasks/{made['id']}"))["cost"] == {"credits": 0}


def test_the_organization_has_the_form_of_the_library(client: httpx.Client) -> None:
    said = checked(OrganizationRetrieveResponse, client.get("/v1/organization"))
    assert {*said["tier"]["models"]} == {*said["usage"]["models"]} != set()


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "gen4.5"},  # whose duration is required
        {"model": "unheard of"},
        {"ratio": "1920:1080"},
        {"ratio": None},
        {"audio": False},  # which is veo's
        {"duration": 11},
        {"duration": "5"},
        {"promptText": ""},
        {"promptText": "👵" * 501},
        {"seed": -1},
        {"promptImage": "http://127.0.0.1/photo.jpg"},
        {"promptImage": "data:image/jpeg;base64,AAAA"},
        {"promptImage": "runway://upload/unknown"},
    ],
)
def test_what_runway_does_not_take_is_refused(
    client: httpx.Client, picture: str, runway: RunwayStandIn, changed: dict[str, Any]
) -> None:
    body = {name: value for name, value in order(picture, **changed).items() if value is not None}
    assert client.post("/v1/image_to_video", json=body).status_code == 400
    assert runway.memory.jobs == {}


def test_the_key_and_the_version_are_asked_for(client: httpx.Client, picture: str) -> None:
    for header in ("Authorization", "X-Runway-Version"):
        answer = client.post("/v1/image_to_video", json=order(picture), headers={header: "-"})
        assert answer.status_code == (401 if header == "Authorization" else 400)


def test_moderated_tasks_cost_as_much_as_good_ones(
    client: httpx.Client, picture: str, runway: RunwayStandIn
) -> None:
    for ending in ("", "#fail=SAFETY.OUTPUT.VIDEO", "#fail=INTERNAL"):
        made = client.post("/v1/image_to_video", json=order(picture, ending or "-", duration=4)).json()
        while client.get(f"/v1/tasks/{made['id']}").json()["status"] not in ("SUCCEEDED", "FAILED"):
            pass
    assert runway.billed() == 40


def test_it_can_be_told_what_to_do(client: httpx.Client, picture: str) -> None:
    client.post("/_control", json={"held": True, "following": [{"http": "503"}]})
    assert client.post("/v1/image_to_video", json=order(picture)).status_code == 503
    made = client.post("/v1/image_to_video", json=order(picture)).json()
    for _ in range(3):
        assert client.get(f"/v1/tasks/{made['id']}").json()["status"] == "THROTTLED"
    client.post("/_control", json={"held": False})
    assert client.get(f"/v1/tasks/{made['id']}").json()["status"] == "PENDING"
    (told,) = client.get("/_control").json()["orders"]
    assert (told["id"], told["answered"]) == (made["id"], True)


def test_chance_is_the_same_for_the_same_seed() -> None:
    drawn = [[Chance(seed, 0.5, CODES).draw(number) for number in range(200)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 60 < sum(map(bool, drawn[0])) < 140


@pytest.mark.slow
@pytest.mark.parametrize("name", ["runway", "fal"])
def test_it_runs_as_a_program(name: str) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        f"tests.support.standins.{name}",
        "--port",
        str(port),
        "--failures",
        "0.2",
    ]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as program:
        try:
            wait_for(lambda: answers(f"http://127.0.0.1:{port}/_control"), "the program to answer")
            assert program.poll() is None, "another program has answered"
        finally:
            program.terminate()


def answers(address: str) -> bool:
    try:
        return bool(httpx.get(address).json()["orders"] == [])
    except httpx.TransportError:
        return False
