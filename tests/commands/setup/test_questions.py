"""The table of the guided first start: what is asked when, and the settings that answers become."""

import shutil
import subprocess
import sys
from io import StringIO
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from echoes.commands.setup import asking, env_file, recipes
from echoes.commands.setup.questions import QUESTIONS, Answers, Question
from echoes.errors import BadInput
from echoes.settings import Settings

STRIPE = {"stripe_secret_key": "sk_live_1", "stripe_webhook_secret": "whsec_1"}
OPENID = {"oidc_client_id": "echoes", "oidc_client_secret": "of the provider's"}
PLACES: dict[str, dict[str, str]] = {
    "computer": {"place": "computer"},
    "home": {"place": "home", "address": "echoes.local"},
    "home, http alone": {
        "place": "home", "address": "192.168.1.20", "certificate": "no", "sign_in": "openid", **OPENID,
    },
    "home, by invitation alone": {"place": "home", "address": "192.168.1.20", "certificate": "no"},
    "server": {"place": "server", "address": "echoes.example.org"},
    "server, mail": {
        "place": "server", "address": "echoes.example.org", "sign_in": "passkey,email",
        "sign_up": "domains", "domains": "example.org",
        "smtp_url": "smtp://u:p'w\"d@mail.example.org", "mail_from": "e@example.org",
    },
    "service": {
        "place": "service", "address": "echoes.example.org", **STRIPE, **OPENID, "provider": "runway",
        "runway_key": "key", "database_url": "postgresql://echoes:x@db/echoes",
        "app_database_url": "postgresql://echoes_web:y@db/echoes", "admin_emails": "rosa@example.org",
        "storage": "s3", "s3_bucket": "echoes-films", "s3_region": "eu-central-1",
    },
}  # fmt: skip


def settings_of(known: dict[str, str]) -> dict[str, str]:
    return env_file.environment_of(asking.answered(known, None))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("known", PLACES.values(), ids=PLACES)
def test_each_place_starts_with_few_answers(known: dict[str, str]) -> None:
    assert env_file.problems_in(settings_of(known)) == []


@pytest.mark.parametrize("known", PLACES.values(), ids=PLACES)
def test_what_is_written_is_read_back(known: dict[str, str], tmp_path: Path) -> None:
    environment = settings_of(known)
    file = tmp_path / "settings.env"
    env_file.write(file, environment)
    assert dotenv_values(file, interpolate=False) == {f"ECHOES_{k}": v for k, v in environment.items()}
    assert file.stat().st_mode & 0o077 == 0


def test_every_variable_is_a_setting() -> None:
    fields = {name.upper() for name in Settings.model_fields}
    assert all(settings_of(known).keys() <= fields for known in PLACES.values())
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)


def test_a_place_for_others_is_in_production_with_a_secret_of_its_own() -> None:
    first, second = settings_of(PLACES["home"]), settings_of(PLACES["home"])
    assert (first["MODE"], first["PUBLIC_URL"]) == ("production", "https://echoes.local:3000")
    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    assert "SECRET_KEY" not in settings_of(PLACES["computer"])
    assert settings_of(PLACES["server"])["HOST"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"place": "moon"}, "choose one of computer, home"),
        ({"place": "home", "address": ""}, "needed"),
        ({"place": "server", "address": "https://x.example"}, "a name alone"),
        ({"place": "server", "address": "localhost"}, "this computer itself"),
        ({"place": "server", "address": "x.example/echoes"}, "a name alone"),
        ({"place": "server", "address": "x y"}, "a name alone"),
        ({"place": "server", "address": "x.example", "sign_in": "magic"}, "one or more of passkey, openid"),
        ({"place": "server", "address": "x.example", "sign_in": "passkey,invitation"}, "Choose either"),
        ({"place": "home", "certificate": "no", "sign_in": "passkey"}, "only over https"),
        ({"place": "server", "address": "x.example", "sign_in": "email"}, "needs a mail server"),
        ({"place": "server", "address": "x.example", "sign_in": "passkey, email"}, "needs a mail server"),
        ({"place": "server", "address": "x.example", "sign_in": "passkey, openid"}, "client_id: This is"),
        ({"place": "server", "address": "x.example", "sign_up": "domains", "domains": "nope"}, "domains"),
        ({"port": "0"}, "1 to 65535"),
        ({"port": "²"}, "1 to 65535"),
        ({"provider": "runway"}, "runway_key: This is needed"),
        ({"place": "service", "address": "x.example", **OPENID}, "stripe_secret_key: This is needed"),
        ({"data_dir": "a\nb"}, "cannot be seen"),
    ],
)
def test_a_wrong_answer_is_said_by_its_name(known: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        asking.answered(known, None)


def test_answers_come_from_flags_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "answers"
    file.write_text("# secrets\n\nfal_key = a=b\n", encoding="utf-8")
    assert asking.given([*asking.lines_of(file), "place=home"]) == {"fal_key": "a=b", "place": "home"}
    monkeypatch.setattr("sys.stdin", StringIO("port=4000\n"))
    assert asking.given(asking.lines_of(Path("-"))) == {"port": "4000"}
    for wrong in ("colour=red", "home", "=x"):
        with pytest.raises(BadInput, match="none of the answers"):
            asking.given([wrong])


def test_only_what_is_not_known_is_asked_and_only_where_it_matters() -> None:
    asked: list[str] = []

    def ask(question: Question, answers: Answers) -> str:
        asked.append(question.name)
        return question.default(answers)

    asking.answered({"place": "computer", "port": "4000"}, ask)
    assert asked == ["data_dir", "provider"]


def test_an_env_file_that_is_there_is_kept(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ECHOES_PORT=4000\n")
    kept = env_file.write(file, {"PORT": "5000"})
    assert kept is not None
    assert (kept.read_text(), kept.stat().st_mode & 0o077) == ("ECHOES_PORT=4000\n", 0)
    assert "ECHOES_PORT=5000" in file.read_text()


def test_an_environment_that_would_win_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_PORT", "4000")
    with pytest.raises(BadInput, match="ECHOES_PORT"):
        env_file.require_quiet_environment()


def test_recipes_say_how_to_run_it_always(tmp_path: Path) -> None:
    home = asking.answered(PLACES["home"], None)
    made = recipes.write(tmp_path, tmp_path / ".env", home, Path("/venv/bin/python"))
    assert [path.name for path in made] == ["echoes.service", "echoes-compose.yaml"]
    unit = made[0].read_text()
    assert f'Environment="ECHOES_ENV_FILE={tmp_path / ".env"}"\n' in unit
    assert 'ExecStart="/venv/bin/python" -m echoes.web\n' in unit
    (service,) = yaml.safe_load(made[1].read_text())["services"].values()
    assert service["environment"]["ECHOES_TLS_KEY"] == "/data/certificates/server.pem"
    assert service["ports"] == ["3000:3000"]
    service_answers = asking.answered(PLACES["service"], None)
    made = recipes.write(tmp_path, tmp_path / ".env", service_answers, Path("/venv/bin/python"))
    assert [path.name for path in made] == ["echoes.service", "echoes-worker.service"]
    assert "Environment=ECHOES_ROLE=worker\n" in made[1].read_text()


@pytest.mark.parametrize("folder", ["data", "our films, 100% $HOME"])
@pytest.mark.parametrize("place", ["home", "server", "service"])
def test_systemd_finds_nothing_wrong_with_a_unit(place: str, folder: str, tmp_path: Path) -> None:
    answers = asking.answered(PLACES[place] | {"data_dir": str(tmp_path / folder)}, None)
    made = recipes.write(tmp_path, tmp_path / folder / ".env", answers, Path(sys.executable))
    units = [str(path) for path in made if path.suffix == ".service"]
    assert units
    command = [str(shutil.which("systemd-analyze")), "verify", "--man=no", *units]
    analyzed = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in analyzed.stderr.splitlines() if "echoes" in line]
    assert (analyzed.returncode, said) == (0, [])


@pytest.mark.parametrize("folder", ["data", "our films, 100% $HOME"])
def test_a_container_has_what_it_needs_and_names_what_is_there(folder: str, tmp_path: Path) -> None:
    answers = asking.answered(PLACES["home"] | {"data_dir": str(tmp_path / folder)}, None)
    made = recipes.write(tmp_path, tmp_path / folder / ".env", answers, Path(sys.executable))
    (service,) = yaml.safe_load(made[1].read_text())["services"].values()
    ours = yaml.safe_load((recipes.ROOT / "deploy/compose.yaml").read_text())["services"].values()
    assert service.keys() <= {key for each in ours for key in each}
    assert service["environment"].keys() <= {f"ECHOES_{name.upper()}" for name in Settings.model_fields}
    here = {name: value.replace("$$", "$") for name, value in service["build"].items()}
    assert (Path(here["context"]) / here["dockerfile"]).is_file()
    assert service["volumes"][0].replace("$$", "$") == f"{tmp_path / folder}:/data"
    assert service["env_file"][0].replace("$$", "$") == str(tmp_path / folder / ".env")
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "ECHOES_TRUSTED_PROXIES" not in service["environment"], "at home nobody stands between"


def test_a_container_believes_the_proxy_of_its_machine_where_visitors_come_from(tmp_path: Path) -> None:
    answers = asking.answered(PLACES["server"], None)
    made = recipes.write(tmp_path, tmp_path / ".env", answers, Path(sys.executable))
    composed = yaml.safe_load(made[1].read_text())
    (service,) = composed["services"].values()
    (network,) = composed["networks"]["default"]["ipam"]["config"]
    assert service["ports"] == ["127.0.0.1:3000:3000"], "nobody else comes by the gateway"
    assert service["environment"]["ECHOES_TRUSTED_PROXIES"] == network["gateway"]
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])
