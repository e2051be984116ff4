"""What a tab is told when its person changes clips, joints and words on the arrange step."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from echoes import operator_settings
from echoes.credits import carts
from echoes.database import Database
from echoes.models import Clip, Photo, Take
from echoes.operator_settings import Providers
from tests.pages.every_handler import ARRANGE, CLIP, JOINT, ORDER, WORDS
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.making import fund
from tests.support.tabs import Answer, OpenTab, Tab

pytestmark = pytest.mark.slow


@pytest.fixture
def takes(database: Database, anna: UUID) -> list[Take]:
    """Of four kept clips of five seconds."""
    with database.acting_as(anna) as session:
        project = add_project(session, anna)
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(4)]
        for number, photo in enumerate(photos[:3]):
            photo.taken_at = datetime(1987, 7, 9 - number, tzinfo=UTC)
        return [add_take(session, photo, approved=True) for photo in photos]


@pytest.fixture
def clips(takes: list[Take]) -> list[str]:
    return [str(take.clip_id) for take in takes]


@pytest.fixture
def at(database: Database, takes: list[Take]) -> str:
    with database.reading() as session:
        return f"/project/{session.get_one(Clip, takes[0].clip_id).project_id}/arrange"


@pytest.fixture
async def tab(open_tab: OpenTab, anna: UUID, at: str) -> Tab:
    tab = open_tab(anna)
    await tab.load(at)
    await tab.follow(f"{ARRANGE}.watch", at)
    return tab


def clip_row(database: Database, clip_id: str) -> Clip:
    with database.reading() as session:
        return session.get_one(Clip, UUID(clip_id))


def shots(answer: Answer) -> list[str]:
    return [shot["id"] for shot in answer.fields["shots"]]


def sheet(answer: Answer, name: str = "clip") -> Any:
    return answer.fields[name]


class TestTheClipSheet:
    async def test_shows_its_part_and_follows_what_is_done(
        self, tab: Tab, at: str, database: Database, clips: list[str]
    ) -> None:
        opened = sheet(await tab.send(f"{CLIP}.open_clip", at, clip_id=clips[1]))
        assert (opened.title, opened.start, opened.end, opened.frames) == ("Clip 2", 0, 120, 120)
        assert (opened.date, opened.has_audio, opened.takes) == ("8 July 1987", False, [])
        trimmed = await tab.send(f"{CLIP}.trim", at, clip_id=clips[1], start=24, end=96)
        assert (sheet(trimmed).start, sheet(trimmed).end, sheet(trimmed).lasts) == (24, 96, "3.0 s")
        assert trimmed.fields["jump"].time == pytest.approx(5.0), "where clip 2 is seen alone"
        assert trimmed.fields["film"]["shots"][1]["clip_start_frame"] == 24
        longer = await tab.send(f"{CLIP}.make_longer", at, clip_id=clips[1])
        assert (sheet(longer).start, sheet(longer).end) == (24, 108)
        shorter = await tab.send(f"{CLIP}.make_shorter", at, clip_id=clips[1])
        assert (sheet(shorter).start, sheet(shorter).end) == (24, 96)
        back = await tab.send(f"{ARRANGE}.undo", at)
        assert (sheet(back).start, sheet(back).end) == (0, 120), "longer and shorter again is no step"
        assert sheet(await tab.send(f"{CLIP}.close_clip", at)).id == ""

    async def test_of_a_clip_that_is_not_in_the_film_is_a_sentence(
        self, tab: Tab, at: str, clips: list[str]
    ) -> None:
        await tab.send(f"{ORDER}.leave_out", at, clip_id=clips[0])
        answer = await tab.send(f"{CLIP}.open_clip", at, clip_id=clips[0])
        assert answer.sentence == "This clip is not in the film any more."

    async def test_closes_when_its_clip_is_left_out(self, tab: Tab, at: str, clips: list[str]) -> None:
        await tab.send(f"{CLIP}.open_clip", at, clip_id=clips[0])
        left = await tab.send(f"{ORDER}.leave_out", at, clip_id=clips[0])
        assert (sheet(left).id, left.fields["undo_sentence"]) == ("", "Clip 1 is no longer in the film.")
        assert [clip["id"] for clip in left.fields["left_out"]] == [clips[0]]
        back = await tab.send(f"{ORDER}.bring_back", at, clip_id=clips[0])
        assert (shots(back), back.fields["left_out"]) == (clips, [])

    @pytest.mark.parametrize("part", [(60, 60), (200, 300), (float("nan"), 5), (10**30, 1), (90, 30)])
    async def test_a_part_of_nothing_is_a_sentence(
        self, tab: Tab, at: str, database: Database, clips: list[str], part: tuple[Any, Any]
    ) -> None:
        answer = await tab.send(f"{CLIP}.trim", at, clip_id=clips[0], start=part[0], end=part[1])
        assert answer.sentence in ("Leave at least 0.5 seconds of the clip.", "Please enter a number.")
        assert clip_row(database, clips[0]).trim_end is None

    async def test_a_longer_clip_costs_what_its_button_said_or_nothing_is_done(
        self, tab: Tab, at: str, database: Database, clips: list[str], anna: UUID
    ) -> None:
        opened = sheet(await tab.send(f"{CLIP}.open_clip", at, clip_id=clips[0]))
        assert (opened.price, opened.once, opened.costs) == (0, "", "free")
        with database.unscoped() as session:
            operator_settings.write(session, Providers(prices={"motion": 2}), None)
        asked = {"clip_id": clips[0], "seconds": 10}
        refused = await tab.send(f"{CLIP}.request_longer", at, **asked, price=opened.price)
        assert refused.sentence == "Clips cost 2 credits now. Please check, then tap again."
        now_ = sheet(refused)
        assert (now_.price, now_.once, now_.costs) == (2, " · 2 credits", "for 2 credits")
        assert not now_.is_being_made
        fund(database, anna, 3)
        assert sheet(await tab.send(f"{CLIP}.request_longer", at, **asked, price=now_.price)).is_being_made

    async def test_a_longer_clip_waits_while_the_credits_for_it_are_bought(
        self, tab: Tab, at: str, database: Database, clips: list[str], anna: UUID
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Providers(prices={"motion": 2}), None)
        await tab.send(f"{CLIP}.open_clip", at, clip_id=clips[1])
        short = await tab.send(f"{CLIP}.request_longer", at, clip_id=clips[1], seconds=10, price=2)
        assert (short.fields["shortage"].title, short.fields["shortage"].now) == (
            "You need 2 more credits",
            "",
        )
        assert short.fields["waiting"].what == "make a 10-second clip · 2 credits"
        await tab.send(f"{ARRANGE}.close_shortage", at)
        await tab.send(f"{CLIP}.close_clip", at)
        fund(database, anna, 3)
        went_on = await tab.send(f"{ARRANGE}.go_on", at, price=2)
        assert (sheet(went_on).id, sheet(went_on).is_being_made) == (clips[1], True)
        assert (went_on.fields["waiting"].what, went_on.fields["balance"]) == ("", 1)

    async def test_a_longer_clip_that_was_made_otherwise_waits_no_more(
        self, tab: Tab, at: str, database: Database, clips: list[str], anna: UUID
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Providers(prices={"motion": 2}), None)
        longer = {"clip_id": clips[1], "seconds": 10, "price": 2}
        assert (await tab.send(f"{CLIP}.request_longer", at, **longer)).fields["waiting"].what
        fund(database, anna, 5)
        assert (await tab.send(f"{CLIP}.request_longer", at, **longer)).fields["waiting"].what == ""

    async def test_what_another_device_put_into_the_cart_is_not_paid_for_unseen(
        self, tab: Tab, at: str, database: Database, clips: list[str], anna: UUID
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Providers(prices={"motion": 2}), None)
        await tab.send(f"{CLIP}.request_longer", at, clip_id=clips[1], seconds=10, price=2)
        fund(database, anna, 9)
        with database.acting_as(anna) as session:
            clip = session.get_one(Clip, UUID(clips[0]))
            wishes = {"photo_ids": [str(clip.photo_id)], "motion": "rise", "price": 2}
            carts.keep(session, clip.project_id, wishes)
        answer = await tab.send(f"{ARRANGE}.go_on", at, price=2)
        assert answer.sentence == "Your choice has changed in the meantime. Please check it, then tap again."
        assert answer.fields["waiting"].what == "animate 1 photo · 2 credits"
        assert answer.fields["balance"] == 9

    async def test_a_longer_clip_that_waits_goes_with_its_clip(
        self, tab: Tab, at: str, database: Database, clips: list[str]
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Providers(prices={"motion": 2}), None)
        await tab.send(f"{CLIP}.request_longer", at, clip_id=clips[1], seconds=10, price=2)
        with database.unscoped() as session:
            session.delete(session.get_one(Clip, UUID(clips[1])))
        answer = await tab.send(f"{ARRANGE}.go_on", at, price=2)
        assert answer.sentence == "What you wanted to animate is no longer there."

    async def test_a_caption_is_kept_or_refused_whole(
        self, tab: Tab, at: str, database: Database, clips: list[str]
    ) -> None:
        said = await tab.send(f"{CLIP}.set_caption", at, clip_id=clips[2], text="سلام, Oma 👵")
        assert said.fields["shots"][2]["caption"] == "سلام, Oma 👵"
        answer = await tab.send(f"{CLIP}.set_caption", at, clip_id=clips[2], text="x" * 10_000)
        assert answer.sentence == "Please use up to 200 characters."
        assert clip_row(database, clips[2]).caption == "سلام, Oma 👵"

    async def test_it_is_shown_again_and_by_another_take(
        self, tab: Tab, at: str, database: Database, takes: list[Take], clips: list[str]
    ) -> None:
        with database.unscoped() as session:
            photo = session.get_one(Photo, session.get_one(Clip, UUID(clips[0])).photo_id)
            other = add_take(session, photo)
            other.audio_key = f"{other.owner_id}/takes/sound.m4a"
        again = await tab.send(f"{CLIP}.show_again", at, clip_id=clips[0])
        assert shots(again) == [clips[0], shots(again)[1], *clips[1:]]
        copy = shots(again)[1]
        opened = sheet(await tab.send(f"{CLIP}.open_clip", at, clip_id=copy))
        assert [take.is_shown for take in opened.takes] == [True, False]
        chosen = sheet(await tab.send(f"{CLIP}.choose_take", at, clip_id=copy, take_id=str(other.id)))
        assert [take.is_shown for take in chosen.takes] == [False, True]
        assert clip_row(database, clips[0]).approved_take_id == takes[0].id
        heard = sheet(await tab.send(f"{CLIP}.set_sound", at, clip_id=copy, is_on=True, percent=150))
        assert (heard.has_audio, heard.has_sound, heard.volume) == (True, True, 150)


class TestJoints:
    async def test_one_is_chosen_and_then_all(
        self, tab: Tab, at: str, database: Database, clips: list[str]
    ) -> None:
        opened = sheet(await tab.send(f"{JOINT}.open_joint", at, clip_id=clips[1]), "joint")
        assert (opened.title, opened.kind, opened.seconds) == ("Between clip 2 and 3", "crossfade", 0.5)
        chosen = await tab.send(f"{JOINT}.set_joint", at, clip_id=clips[1], kind="wipe", seconds=1.5)
        joints = [shot["joint"] for shot in chosen.fields["shots"]]
        assert joints == ["Dissolve", "Wipe across", "Dissolve", "Dissolve"]
        assert sheet(chosen, "joint").kind == "wipe"
        everywhere = await tab.send(f"{JOINT}.same_everywhere", at, kind="wipe", seconds=1.5)
        assert {shot["joint"] for shot in everywhere.fields["shots"]} == {"Wipe across"}
        assert sheet(everywhere, "joint").id == ""

    async def test_of_clips_too_short_is_said(self, tab: Tab, at: str, clips: list[str]) -> None:
        for clip in clips[:3]:
            await tab.send(f"{CLIP}.trim", at, clip_id=clip, start=0, end=12)
        await tab.send(f"{JOINT}.open_joint", at, clip_id=clips[1])
        chosen = await tab.send(f"{JOINT}.set_joint", at, clip_id=clips[1], kind="slide", seconds=2.0)
        assert "short" in sheet(chosen, "joint").note

    async def test_behind_the_last_clip_there_is_none(self, tab: Tab, at: str, clips: list[str]) -> None:
        answer = await tab.send(f"{JOINT}.open_joint", at, clip_id=clips[3])
        assert answer.sentence == "These two clips no longer follow each other."

    async def test_a_kind_that_is_not_there_is_a_sentence(self, tab: Tab, at: str, clips: list[str]) -> None:
        answer = await tab.send(f"{JOINT}.set_joint", at, clip_id=clips[0], kind="explode", seconds=1)
        assert answer.sentence == "Choose one of the transitions on the page."


class TestWords:
    async def test_cards_and_fades(self, tab: Tab, at: str) -> None:
        await tab.send(f"{WORDS}.set_opening", at, text="Summer 1987")
        await tab.send(f"{WORDS}.set_subtitle", at, text="For Oma")
        await tab.send(f"{WORDS}.set_fades", at, is_on=True)
        told = await tab.send(f"{WORDS}.set_end", at, text="With love")
        cards = told.fields["cards"]
        assert (cards.opening, cards.subtitle, cards.end, cards.has_fades) == (
            "Summer 1987", "For Oma", "With love", True,
        )  # fmt: skip
        film = told.fields["film"]
        assert (film["shots"][0]["text"], film["shots"][-1]["text"]) == ("Summer 1987", "With love")
        assert film["fade_in_frames"] > 0
        assert told.fields["jump"].time == pytest.approx(film["shots"][-1]["film_start"] + 1.0), (
            "it can be read"
        )

    async def test_dates_fill_the_captions_that_are_empty_in_one_step(
        self, tab: Tab, at: str, clips: list[str]
    ) -> None:
        await tab.send(f"{CLIP}.set_caption", at, clip_id=clips[0], text="Oma")
        told = await tab.send(f"{WORDS}.use_dates", at)
        captions = [shot["caption"] for shot in told.fields["shots"]]
        assert captions == ["Oma", "8 July 1987", "7 July 1987", ""]
        back = await tab.send(f"{ARRANGE}.undo", at)
        assert [shot["caption"] for shot in back.fields["shots"]] == ["Oma", "", "", ""]


class TestTheOrder:
    async def test_several_clips_move_together(self, tab: Tab, at: str, clips: list[str]) -> None:
        await tab.send(f"{ORDER}.select_several", at)
        for clip in (clips[3], clips[1], clips[2], clips[1]):
            told = await tab.send(f"{ORDER}.select", at, clip_id=clip)
        assert told.fields["selected"] == [clips[3], clips[2]]
        moved = await tab.send(f"{ORDER}.move_selected", at, form={"place": clips[0]})
        assert shots(moved) == [clips[2], clips[3], clips[0], clips[1]]
        assert (moved.fields["is_selecting"], moved.fields["selected"]) == (False, [])
        assert moved.fields["jump"].time == 0.0

    async def test_nothing_chosen_and_a_place_that_is_gone_are_sentences(
        self, tab: Tab, at: str, clips: list[str]
    ) -> None:
        answer = await tab.send(f"{ORDER}.move_selected", at, form={"place": "end"})
        assert answer.sentence == "Tap the clips that you want to move first."
        await tab.send(f"{ORDER}.select", at, clip_id=clips[0])
        answer = await tab.send(f"{ORDER}.move_selected", at, form={"place": clips[0]})
        assert answer.sentence == "The clips have changed in the meantime. Here they are now."

    async def test_the_player_goes_to_the_clip_that_was_moved(
        self, tab: Tab, at: str, clips: list[str]
    ) -> None:
        moved = await tab.send(f"{ORDER}.reorder", at, clip_ids=[clips[1], clips[2], clips[3], clips[0]])
        assert moved.fields["jump"].time == pytest.approx(14.0), "the fourth place"

    async def test_by_date_or_not_at_all(self, tab: Tab, at: str, clips: list[str]) -> None:
        told = await tab.send(f"{ORDER}.sort_by_date", at)
        assert shots(told) == [clips[2], clips[1], clips[0], clips[3]]
        again = await tab.send(f"{ORDER}.sort_by_date", at)
        assert again.sentence == "The clips are already in the order of their photos’ dates."


async def test_a_sheet_of_one_film_is_not_open_on_another(
    tab: Tab, at: str, clips: list[str], database: Database, anna: UUID
) -> None:
    await tab.send(f"{CLIP}.open_clip", at, clip_id=clips[0])
    with database.acting_as(anna) as session:
        other = f"/project/{add_project(session, anna).id}/arrange"
    assert sheet(await tab.follow(f"{ARRANGE}.watch", other)).id == ""
