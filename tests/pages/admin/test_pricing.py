"""Two operators change the same things at the same time: nobody's change is taken back unseen."""

from uuid import UUID

import pytest

from echoes import operator_settings
from echoes.credits.packs import offered, seed_packs
from echoes.database import Database
from echoes.models import Role, User
from echoes.operator_settings import Prompting, Rewards
from echoes.operator_settings import Providers as ProviderTerms
from tests.pages.admin.every_handler import ADMIN_PROMPT, ADMIN_PROVIDERS, ADMIN_TERMS
from tests.support.tabs import OpenTab, Tab

TERMS, PROMPT, PROVIDERS = "/admin/terms", "/admin/prompt", "/admin/providers"


@pytest.fixture
def tabs(database: Database, anna: UUID, stranger: UUID, open_tab: OpenTab) -> tuple[Tab, Tab]:
    with database.unscoped() as session:
        seed_packs(session)
        for user_id in (anna, stranger):
            session.get_one(User, user_id).role = Role.OPERATOR
    return open_tab(anna), open_tab(stranger)


def rewards(**changed: int) -> dict[str, str]:
    values = Rewards().model_dump() | changed
    return {name: str(value) for name, value in values.items()} | {"note": ""}


async def test_rewards_saved_from_an_old_page_are_not_taken(
    database: Database, tabs: tuple[Tab, Tab]
) -> None:
    quick, slow = tabs
    for tab in tabs:
        await tab.follow(f"{ADMIN_TERMS}.watch", TERMS)
    await quick.send(f"{ADMIN_TERMS}.save_rewards", TERMS, form=rewards(sign_up=3))
    told = await slow.send(f"{ADMIN_TERMS}.save_rewards", TERMS, form=rewards(share=9))
    assert "in the meantime" in told.sentence
    assert told.fields["rewards"]["sign_up"] == 3
    again = await slow.send(f"{ADMIN_TERMS}.save_rewards", TERMS, form=rewards(sign_up=3, share=9))
    assert "have been changed" in again.sentence
    with database.reading() as session:
        assert operator_settings.read(session, Rewards) == Rewards(sign_up=3, share=9)


async def test_a_pack_saved_from_an_old_page_is_shown_anew(database: Database, tabs: tuple[Tab, Tab]) -> None:
    quick, slow = tabs
    with database.reading() as session:
        pack = offered(session)[0]
    form = {"title": pack.title, "credits": str(pack.credits), "price_cents": str(pack.price_cents),
            "position": str(pack.position), "stripe_price_id": "", "is_offered": "on"}  # fmt: skip
    for tab in tabs:
        await tab.follow(f"{ADMIN_TERMS}.watch", TERMS)
        await tab.send(f"{ADMIN_TERMS}.edit", TERMS, pack_id=str(pack.id))
    await quick.send(f"{ADMIN_TERMS}.save_pack", TERMS, form=form | {"price_cents": "999"})
    told = await slow.send(f"{ADMIN_TERMS}.save_pack", TERMS, form=form | {"title": "Winter"})
    assert "in the meantime" in told.sentence
    assert told.fields["editing"].price_cents == 999
    done = await slow.send(f"{ADMIN_TERMS}.save_pack", TERMS, form=form | {"title": "Winter"})
    assert done.fields["editing"].id == ""


async def test_a_wording_that_was_written_meanwhile_stays_in_its_field(
    database: Database, tabs: tuple[Tab, Tab]
) -> None:
    quick, slow = tabs
    for tab in tabs:
        await tab.follow(f"{ADMIN_PROMPT}.watch", PROMPT)
    await quick.send(f"{ADMIN_PROMPT}.save", PROMPT, form={"template": "Quick. {motion}", "note": ""})
    mine = {"template": "Slow. {motion}", "note": ""}
    told = await slow.send(f"{ADMIN_PROMPT}.save", PROMPT, form=mine)
    assert "in the meantime" in told.sentence
    assert "template" not in told.fields, "the field would be filled anew"
    assert [version.number for version in told.fields["known"]] == [1]
    await slow.send(f"{ADMIN_PROMPT}.save", PROMPT, form=mine)
    with database.reading() as session:
        assert operator_settings.read(session, Prompting).template == "Slow. {motion}"
        assert operator_settings.latest(session, Prompting) == 2


async def test_what_is_previewed_is_what_stands_in_the_field(
    tabs: tuple[Tab, Tab],
) -> None:
    tab, _ = tabs
    await tab.follow(f"{ADMIN_PROMPT}.watch", PROMPT)
    await tab.send(f"{ADMIN_PROMPT}.save", PROMPT, form={"template": "Kept. {motion}", "note": ""})
    await tab.send(f"{ADMIN_PROMPT}.write", PROMPT, words="A draft. {motion}")
    await tab.send(f"{ADMIN_PROMPT}.go_back", PROMPT, number=1)  # Nothing changes, and the page looks anew.
    shown = {"motion": "gentle_smile", "wish": ""}
    told = await tab.send(f"{ADMIN_PROMPT}.preview", PROMPT, form=shown)
    assert all(sample.prompt.startswith("A draft. ") for sample in told.fields["samples"])


async def test_of_a_providers_terms_only_what_was_changed_is_set(
    database: Database, tabs: tuple[Tab, Tab]
) -> None:
    quick, slow = tabs
    shown = {"concurrency": "", "daily": "", "cents": "1"}
    for tab in tabs:
        await tab.follow(f"{ADMIN_PROVIDERS}.watch", PROVIDERS)
    for tab, changed in ((quick, {"daily": "50"}), (slow, {"concurrency": "4"})):
        await tab.send(f"{ADMIN_PROVIDERS}.set_terms", PROVIDERS, name="runway", form=shown | changed)
    with database.reading() as session:
        configured = operator_settings.read(session, ProviderTerms)
    assert (configured.daily_limits, configured.concurrency) == ({"runway": 50}, {"runway": 4})
