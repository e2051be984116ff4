"""The containers of deploy/compose.yaml: what each must have, and whether what they name exists."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from echoes.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = sorted(name for name, service in SERVICES.items() if service["restart"] != "no")
ELSEWHERE = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
"""What boto3 reads by itself."""

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def settings() -> set[str]:
    return {f"ECHOES_{name.upper()}" for name in Settings.model_fields}


def environment_of(name: str) -> dict[str, str]:
    found: dict[str, str] = SERVICES[name].get("environment", {})
    return found


@every_service
def test_nobody_is_root_nothing_can_be_written_or_gained(name: str) -> None:
    service = SERVICES[name]
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]


@every_service
def test_each_has_its_limits(name: str) -> None:
    assert {"mem_limit", "cpus", "pids_limit"} <= SERVICES[name].keys()


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_watched_and_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@every_service
def test_images_are_pinned(name: str) -> None:
    """Our own is built here; the tag of another is a version, never `latest` or a mere major one."""
    service = SERVICES[name]
    if "build" in service:
        assert service["image"].startswith("echoes:")
    else:
        assert re.fullmatch(r"docker\.io/[a-z]+/[a-z]+:v?\d+\.\d+.*", service["image"])


def test_who_reaches_the_databases_and_who_is_reached() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert "inside" not in SERVICES["proxy"]["networks"]
    assert SERVICES["home"]["network_mode"] == "host"
    assert "ECHOES_HOST" not in environment_of("home")


@every_service
def test_variables_exist(name: str) -> None:
    of_echoes = {key for key in environment_of(name) if "build" in SERVICES[name]}
    assert of_echoes - settings() - ELSEWHERE == set()


def test_the_example_of_our_settings_names_settings() -> None:
    assert set(names_in("echoes.env.example")) - settings() == set()


def test_the_example_of_the_rest_names_what_is_asked_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)-\}", (DEPLOY / "compose.yaml").read_text()))
    assert set(names_in("env.example")) == asked


def test_secrets_stand_in_no_file() -> None:
    for example in ("env.example", "echoes.env.example"):
        assert not any(names_in(example).values())


def names_in(example: str) -> dict[str, str]:
    lines = (DEPLOY / example).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@every_service
def test_files_and_dependencies_are_there(name: str) -> None:
    service = SERVICES[name]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert (DEPLOY / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"]
    assert set(service.get("depends_on", {})) <= SERVICES.keys()
    assert set(service.get("networks", [])) <= COMPOSE["networks"].keys()
    for part in service.get("healthcheck", {}).get("test", []):
        assert not part.startswith("echoes.") or importlib.util.find_spec(part)


def test_the_proxy_knows_every_web_server_and_is_the_one_that_is_believed() -> None:
    caddyfile = (DEPLOY / "Caddyfile").read_text()
    webs = sorted(name for name in SERVICES if environment_of(name).get("ECHOES_ROLE") == "web")
    assert re.findall(r"web-\d+(?=:3000)", caddyfile) == webs
    address = SERVICES["proxy"]["networks"]["edge"]["ipv4_address"]
    assert {environment_of(name)["ECHOES_TRUSTED_PROXIES"] for name in webs} == {address}


def test_the_image_holds_what_is_copied_and_no_data() -> None:
    containerfile = (DEPLOY / "Containerfile").read_text()
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", containerfile, re.MULTILINE):
        for source in line.split():
            assert source.split("/")[0] in let_in, source
    assert not let_in & {".env", "data", ".git"}
    assert "USER 10001:10001" in containerfile
