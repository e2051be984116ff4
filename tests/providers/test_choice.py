"""Provider selection and clip prices: what operators set, else what the environment and the model say."""

import pytest

from echoes import operator_settings
from echoes.database import Database
from echoes.operator_settings import Providers
from echoes.providers import active, get_provider, price_of
from echoes.settings import get_settings


def chosen(database: Database, **values: object) -> tuple[str, str, int]:
    with database.unscoped() as session:
        operator_settings.write(session, Providers.model_validate(values), None)
        provider, model = active(session)
        return provider.name, model.name, price_of(session, provider, model)


def test_at_first_the_environment_says(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(database) == ("motion", "camera", 0)
    monkeypatch.setenv("ECHOES_PROVIDER", "fal")
    monkeypatch.setenv("ECHOES_FAL_KEY", "key")
    get_settings.cache_clear()
    assert chosen(database)[0] == "fal"


def test_operators_choose_provider_and_model(database: Database) -> None:
    assert chosen(database, active="runway") == ("runway", "gen4_turbo", 1)
    assert chosen(database, active="runway", model="gen4.5") == ("runway", "gen4.5", 2)


def test_a_model_that_is_not_the_providers_gives_way_to_its_first(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    assert chosen(database, active="runway", model="camera")[1] == "gen4_turbo"
    assert "has no model camera" in caplog.text


def test_the_nearest_price_counts(database: Database) -> None:
    prices = {"runway": 5, "runway/gen4.5": 7}
    assert chosen(database, active="runway", prices=prices)[2] == 5
    assert chosen(database, active="runway", model="gen4.5", prices=prices)[2] == 7
    assert chosen(database, active="motion", prices=prices)[2] == 0


@pytest.mark.parametrize(
    ("wanted", "size", "seconds", "duration"),
    [
        ((1280, 720), (1280, 720), 5.0, 6.0),
        ((1080, 1920), (1080, 1920), 4.4, 4.0),
        ((960, 540), (1280, 720), 99.0, 8.0),
    ],
)
def test_a_model_takes_what_is_nearest_to_the_wish(
    wanted: tuple[int, int], size: tuple[int, int], seconds: float, duration: float
) -> None:
    veo = get_provider("runway").models[-1]
    assert (veo.nearest_size(wanted), veo.nearest_duration(seconds)) == (size, duration)
