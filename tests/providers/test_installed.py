"""Providers that others install: found by their entry point, and held to the same contract."""

from collections.abc import Callable

import pytest

from echoes.database import Database
from echoes.providers import active, get_provider
from echoes.providers.base import Provider, UnknownProvider
from tests.providers.contract import ProviderContract
from tests.support.jobs.making import Script


class TestScripted(ProviderContract):
    @pytest.fixture
    def provider(self, script: Script) -> Provider:
        return get_provider("scripted")

    @pytest.fixture
    def keep_busy(self, script: Script) -> Callable[[], None]:
        return lambda: script.state("running", 0.5)


@pytest.mark.usefixtures("script")
def test_an_installed_provider_is_found_by_its_name(database: Database) -> None:
    with database.reading() as session:
        provider, model = active(session)
    assert (provider, model) == (get_provider("scripted"), provider.models[0])
    assert provider.name == "scripted"


def test_the_built_in_one_needs_no_installation() -> None:
    assert get_provider("motion").name == "motion"


def test_an_unknown_one_is_named() -> None:
    with pytest.raises(UnknownProvider, match="bygone"):
        get_provider("bygone")
