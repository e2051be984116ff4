"""Toast: what a page said is over on the next one."""

from uuid import UUID

from reflex.state import OnLoadInternalState

from echoes.pages.common.state import PageState
from tests.support.tabs import ROOT, OpenTab

ARRIVE = f"{OnLoadInternalState.get_full_name().removeprefix(ROOT + '.')}.on_load_internal"
SAY = f"{PageState.get_full_name().removeprefix(ROOT + '.')}.show_toast"


async def test_a_sentence_stays_behind_on_its_page(open_tab: OpenTab, anna: UUID) -> None:
    tab = open_tab(anna)
    said = await tab.send(SAY, at="/credits/cancelled", sentence="The link is closed.")
    assert said.sentence == "The link is closed."
    assert (await tab.load("/credits/cancelled")).sentence == "The link is closed."
    assert (await tab.send(ARRIVE, at="/credits/cancelled")).fields["notice"] == ""
