"""Requesting takes: what they cost, what a provider is told, and in whose turn they come."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.clips import service
from echoes.credits import ledger
from echoes.database import Database, UserSession
from echoes.dbos_adapter.tables import WorkflowState
from echoes.errors import BadInput, NotFound, OutOfCredits
from echoes.jobs.queues import queue_lengths
from echoes.models import CreditEntry, EntryKind, Photo, Project, Take, new_id
from echoes.operator_settings import Prompting, Providers
from echoes.providers import get_provider
from echoes.takes import requesting
from echoes.takes.motions import SCENES, SURPRISE
from echoes.takes.prompts import LONGEST_WISH
from echoes.takes.requesting import PriceChanged
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.making import fund
from tests.support.jobs.workflows import enqueued, pretend

pytestmark = pytest.mark.usefixtures("script")


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    """They need no files: nobody makes anything of them here."""
    with database.unscoped() as session:
        return [add_photo(session, project, f"{number}.jpg") for number in range(3)]


def balance(database: Database, user: UUID) -> int:
    with database.reading() as session:
        assert ledger.differences(session) == []
        return ledger.balance_of(session, user)


def entries(database: Database) -> list[CreditEntry]:
    with database.reading() as session:
        return [entry for entry in session.exec(select(CreditEntry)) if entry.kind != EntryKind.GRANT]


def takes(database: Database) -> list[Take]:
    with database.reading() as session:
        return list(session.exec(select(Take)))


def configure(database: Database, value: operator_settings.Configured) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, value, None)


class TestPaying:
    def test_a_take_is_paid_for_when_it_is_asked_for(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        fund(database, anna, 3)
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, SURPRISE)
        (entry,) = entries(database)
        assert (entry.kind, entry.amount, entry.reference) == (EntryKind.GENERATION, -1, f"take:{take.id}")
        assert (entry.note, entry.subject_id, take.price) == ("Clip of 0.jpg", take.id, 1)
        assert balance(database, anna) == 2

    def test_as_operators_have_priced_it(self, database: Database, anna: UUID, photos: list[Photo]) -> None:
        configure(database, Providers(prices={"scripted/script": 4}))
        fund(database, anna, 9)
        with database.acting_as(anna) as session:
            assert requesting.offer(session).price == 4
            service.animate(session, photos[0].id, SURPRISE, variations=2)
        assert balance(database, anna) == 1

    @pytest.mark.parametrize(
        ("shown", "now_", "sentence"),
        [
            (1, 2, "Clips cost 2 credits now. Please check, then tap again."),
            (4, 1, "Clips cost 1 credit now. Please check, then tap again."),
            (1, 0, "Clips are free now. Please check, then tap again."),
        ],
    )
    def test_never_more_nor_less_than_the_page_showed(
        self, database: Database, anna: UUID, photos: list[Photo], shown: int, now_: int, sentence: str
    ) -> None:
        configure(database, Providers(prices={"scripted": now_}))
        fund(database, anna, 9)
        project_id = photos[0].project_id
        asks: list[Callable[[UserSession], list[Take]]] = [
            lambda session: service.animate(session, photos[0].id, SURPRISE, price=shown),
            lambda session: service.animate_many(session, project_id, [photos[0].id], price=shown),
            lambda session: service.animate_all(session, project_id, price=shown),
        ]
        for ask in asks:
            with pytest.raises(PriceChanged) as refused, database.acting_as(anna) as session:
                ask(session)
            assert (refused.value.price, refused.value.sentence) == (now_, sentence)
        assert (takes(database), entries(database), enqueued()) == ([], [], [])
        with database.acting_as(anna) as session:
            service.animate(session, photos[0].id, SURPRISE, price=now_)
        assert balance(database, anna) == 9 - now_

    def test_a_free_one_leaves_no_line_in_the_ledger(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        configure(database, Providers(active="motion"))
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, "rise")
        assert (take.price, entries(database)) == (0, [])

    def test_all_together_or_none_and_the_sentence_says_how_many_are_missing(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        fund(database, anna, 2)
        with pytest.raises(OutOfCredits) as refused, database.acting_as(anna) as session:
            service.animate_all(session, project.id)
        assert (refused.value.needed, refused.value.balance) == (3, 2)
        assert refused.value.sentence == "You need 1 more credit for this."
        assert (takes(database), entries(database), enqueued()) == ([], [], [])
        assert balance(database, anna) == 2

    def test_a_failure_after_the_debit_undoes_the_debit(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        fund(database, anna, 1)
        with pytest.raises(ZeroDivisionError), database.acting_as(anna) as session:
            service.animate(session, photos[0].id, SURPRISE)
            _ = 1 / 0
        assert (balance(database, anna), takes(database), enqueued()) == (1, [], [])


class TestAsking:
    def test_a_switch_of_the_provider_changes_nothing_for_takes_that_exist(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        fund(database, anna, 1)
        with database.acting_as(anna) as session:
            (before,) = service.animate(session, photos[0].id, SURPRISE)
        configure(database, Providers(active="motion"))
        with database.acting_as(anna) as session:
            (after,) = service.animate(session, photos[1].id, SURPRISE)
        assert [(take.provider, take.model) for take in (before, after)] == [
            ("scripted", "script"),
            ("motion", "camera"),
        ]
        assert {name: list(line.waiting) for name, line in queue_lengths().items()} == {
            "clips-scripted": [f"generate_take:{before.id}"],
            "clips-motion": [f"generate_take:{after.id}"],
        }

    @pytest.mark.parametrize("motion", [motion.key for motion in SCENES])
    def test_a_motion_in_plain_words_is_framed_and_stored_as_it_is_sent(
        self, database: Database, anna: UUID, photos: list[Photo], motion: str
    ) -> None:
        configure(database, Prompting(template="Slowly. {motion} Gently."))
        fund(database, anna, 1)
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, motion)
        phrase = next(known.phrase for known in SCENES if known.key == motion)
        assert (take.motion, take.prompt) == (motion, f"Slowly. {phrase} Gently.")

    def test_own_words_come_instead_of_a_motion(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        configure(database, Prompting(template="Slowly. {motion} Gently."))
        fund(database, anna, 1)
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, "gentle_smile", "  the dog\n runs ")
        assert (take.motion, take.wish, take.prompt) == (
            "own_words", "the dog runs", "Slowly. the dog runs. Gently.",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "wish",
        [
            "grandma laughs \N{OLDER WOMAN}\N{ZERO WIDTH JOINER}\N{EMOJI COMPONENT WHITE HAIR}",
            "\u0645\u06cc\N{ZERO WIDTH NON-JOINER}\u062e\u0646\u062f\u062f",
            "\N{RIGHT-TO-LEFT MARK}\u062a\u0636\u062d\u0643",
            "\u0915\u094d\N{ZERO WIDTH JOINER}\u0937",
        ],
        ids=["emoji of several", "Persian", "Arabic with a mark", "Hindi"],
    )
    def test_what_a_phone_writes_is_taken_as_it_is(
        self, database: Database, anna: UUID, photos: list[Photo], wish: str
    ) -> None:
        configure(database, Prompting(template="{motion}"))
        fund(database, anna, 1)
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, SURPRISE, wish)
        assert (take.wish, take.prompt) == (wish, f"{wish}.")

    def test_what_is_too_long_for_the_model_is_cut_at_a_word_and_not_refused(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        configure(database, Prompting(template="word " * 1000 + "{motion}"))
        configure(database, Providers(active="runway"))
        limit = get_provider("runway").models[0].prompt_limit
        fund(database, anna, 50)
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, SURPRISE)
        assert take.prompt is not None
        assert limit is not None
        assert limit - 5 <= len(take.prompt) <= limit
        assert take.prompt.endswith("word")

    @pytest.mark.parametrize(
        ("motion", "wish", "variations"),
        [
            ("rise", "", 1),
            ("", "", 1),
            (SURPRISE, "x" * (LONGEST_WISH + 1), 1),
            (SURPRISE, "a\x00b", 1),
            (SURPRISE, "\u200b", 1),
            (SURPRISE, "\ud83d", 1),
            (SURPRISE, "", 0),
            (SURPRISE, "", 5),
        ],
    )
    def test_what_cannot_be_asked_for_is_refused_and_costs_nothing(
        self, database: Database, anna: UUID, photos: list[Photo], motion: str, wish: str, variations: int
    ) -> None:
        fund(database, anna, 9)
        with pytest.raises(BadInput), database.acting_as(anna) as session:
            service.animate(session, photos[0].id, motion, wish, variations)
        assert (balance(database, anna), enqueued()) == (9, [])

    def test_a_camera_takes_no_words_and_the_same_move_once(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        configure(database, Providers(active="motion"))
        for motion, wish, variations in (("rise", "wave", 1), ("rise", "", 2)):
            with pytest.raises(BadInput), database.acting_as(anna) as session:
                service.animate(session, photos[0].id, motion, wish, variations)
        with database.acting_as(anna) as session:
            surprises = service.animate(session, photos[0].id, SURPRISE, variations=3)
        assert len({take.motion for take in surprises}) == 3

    def test_variations_are_takes_of_one_clip(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        fund(database, anna, 4)
        with database.acting_as(anna) as session:
            variations = service.animate(session, photos[0].id, SURPRISE, variations=4)
        assert len({take.clip_id for take in variations}) == 1
        assert len(enqueued()) == 4

    def test_many_are_those_that_are_named_and_not_under_way(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        fund(database, anna, 5)
        with database.unscoped() as session:
            add_take(session, photos[0], approved=True)
        with database.acting_as(anna) as session:
            service.animate(session, photos[1].id, SURPRISE)
            named = [photos[0].id, photos[1].id]
            again = service.animate_many(session, project.id, named, SURPRISE)
        assert len(again) == 1, "the one under way is left alone, the finished one is made anew"
        with pytest.raises(NotFound), database.acting_as(anna) as session:
            service.animate_many(session, project.id, [photos[0].id, new_id()], SURPRISE)


class TestTurns:
    def waiting(self) -> list[str]:
        return list(queue_lengths()["clips-scripted"].waiting)

    def ask(self, database: Database, owner: UUID, count: int) -> list[str]:
        with database.unscoped() as session:
            project = add_project(session, owner)
            for number in range(count):
                add_photo(session, project, f"{number}.jpg")
        fund(database, owner, count)
        with database.acting_as(owner) as session:
            return [f"generate_take:{take.id}" for take in service.animate_all(session, project.id)]

    def test_one_who_asks_for_fifty_delays_nobody_who_asks_for_one(
        self, database: Database, anna: UUID, stranger: UUID
    ) -> None:
        many, one = self.ask(database, anna, 50), self.ask(database, stranger, 1)
        assert self.waiting()[:3] == [many[0], *one, many[1]]

    def test_two_who_ask_for_many_take_turns(self, database: Database, anna: UUID, stranger: UUID) -> None:
        first, second = self.ask(database, anna, 5), self.ask(database, stranger, 3)
        assert self.waiting() == [
            first[0], second[0], first[1], second[1], first[2], second[2], first[3], first[4],
        ]  # fmt: skip

    def test_who_asks_again_comes_after_the_own_earlier_ones(self, database: Database, anna: UUID) -> None:
        first, second = self.ask(database, anna, 3), self.ask(database, anna, 2)
        assert self.waiting() == [*first, *second]

    def test_nobody_is_passed_for_ever(self, database: Database, anna: UUID, stranger: UUID) -> None:
        """A newcomer begins at the turn that the line has reached, not at its first one."""
        many = self.ask(database, anna, 6)
        for job in many[:4]:
            pretend(job, status=WorkflowState.SUCCESS)
        newcomers = self.ask(database, stranger, 3)
        assert self.waiting() == [many[4], newcomers[0], many[5], newcomers[1], newcomers[2]]
