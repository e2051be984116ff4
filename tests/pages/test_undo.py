"""Undo and cancel from a toast: what a tap did is said, and taken back or stopped by another."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import JobStatus, Project, Take
from tests.pages.every_handler import ARRANGE, CLIPS, ORDER
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.tabs import Answer, OpenTab, Tab


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.acting_as(anna) as session:
        return add_project(session, anna)


@pytest.fixture
def clips(database: Database, project: Project) -> list[str]:
    """Ids of four kept clips, in the film's order."""
    with database.acting_as(project.owner_id) as session:
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(4)]
        return [str(add_take(session, photo, approved=True).clip_id) for photo in photos]


class TestUndo:
    @pytest.fixture
    async def tab(self, open_tab: OpenTab, anna: UUID, project: Project, clips: list[str]) -> Tab:
        tab = open_tab(anna)
        await tab.load(self.at(project))
        await tab.follow(f"{ARRANGE}.watch", self.at(project))
        return tab

    def at(self, project: Project) -> str:
        return f"/project/{project.id}/arrange"

    def shots(self, answer: Answer) -> list[str]:
        return [shot["id"] for shot in answer.fields["shots"]]

    async def test_of_a_clip_taken_out_is_offered_and_puts_it_back(
        self, tab: Tab, project: Project, clips: list[str]
    ) -> None:
        out = await tab.send(f"{ORDER}.leave_out", self.at(project), clip_id=clips[1])
        assert out.fields["undo_sentence"] == "Clip 2 is no longer in the film."
        assert self.shots(out) == [clips[0], *clips[2:]]
        back = await tab.send(f"{ARRANGE}.undo", self.at(project))
        assert (self.shots(back), back.fields["undo_sentence"]) == (clips, "")

    async def test_goes_back_step_by_step_and_forward_again(
        self, tab: Tab, project: Project, clips: list[str]
    ) -> None:
        at = self.at(project)
        await tab.send(f"{ORDER}.leave_out", at, clip_id=clips[1])
        await tab.send(f"{ARRANGE}.set_transition", at, kind="cut")
        ordered = await tab.send(f"{ORDER}.reorder", at, clip_ids=[clips[3], clips[2], clips[0]])
        assert ordered.fields["undo_step"] == "Order"
        assert self.shots(await tab.send(f"{ARRANGE}.undo", at)) == [clips[0], clips[2], clips[3]]
        assert (await tab.send(f"{ARRANGE}.undo", at)).fields["transition"] == "crossfade"
        back = await tab.send(f"{ARRANGE}.undo", at)
        assert (self.shots(back), back.fields["undo_step"]) == (clips, "")
        assert back.fields["redo_step"] == "Leave out a clip"
        assert self.shots(await tab.send(f"{ARRANGE}.redo", at)) == [clips[0], clips[2], clips[3]]

    async def test_lasts_over_a_reload(
        self, tab: Tab, open_tab: OpenTab, anna: UUID, project: Project, clips: list[str]
    ) -> None:
        at = self.at(project)
        await tab.send(f"{ORDER}.leave_out", at, clip_id=clips[1])
        again = open_tab(anna)
        await again.load(at)
        await again.follow(f"{ARRANGE}.watch", at)
        assert self.shots(await again.send(f"{ARRANGE}.undo", at)) == clips

    async def test_can_be_put_away(self, tab: Tab, project: Project, clips: list[str]) -> None:
        at = self.at(project)
        await tab.send(f"{ORDER}.leave_out", at, clip_id=clips[0])
        assert (await tab.send(f"{ARRANGE}.forget_undo", at)).fields["undo_sentence"] == ""


class TestStopAll:
    @pytest.mark.parametrize(
        ("late", "sentence"),
        [
            (0, "2 clips were stopped."),
            (1, "1 clip was stopped. 1 clip is almost ready and will still arrive."),
        ],
    )
    async def test_says_what_became_of_each(
        self, open_tab: OpenTab, database: Database, anna: UUID, project: Project, late: int, sentence: str
    ) -> None:
        with database.acting_as(anna) as session:
            takes = [
                add_take(session, add_photo(session, project, f"{number}.jpg"), JobStatus.RUNNING)
                for number in range(2)
            ]
            for take in takes[:late]:
                take.raw_key = "a/raw/b.mp4"
        at, tab = f"/project/{project.id}/clips", open_tab(anna)
        await tab.load(at)
        assert (await tab.follow(f"{CLIPS}.watch", at)).fields["overview"].stop_label == "Stop all 2"
        answer = await tab.send(f"{CLIPS}.stop_all", at)
        assert (answer.sentence, answer.fields["overview"].stop_label) == (sentence, "")
        with database.reading_as(anna) as session:
            ends = [session.get_one(Take, take.id).status for take in takes]
        assert ends.count(JobStatus.CANCELLED) == 2 - late
