"""Dialogue of the guided first start: one question after another, then the work, and what it said."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from echoes.commands.setup.asking import problem_of
from echoes.commands.setup.questions import QUESTIONS, Question, ways_of
from echoes.errors import BadInput, EchoesError, for_operators

Say = Callable[[str], None]
Work = Callable[[Mapping[str, str], Say, bool], bool]
"""With all answers, where to say what happens, and whether to make a test clip. Whether all is well."""
Stage = Literal["asking", "ready", "working", "done", "unwell"]

KEPT_FROM_SIGHT = "•••"

logger = logging.getLogger(__name__)


class Dialogue:
    """Of one person: the answers lie here, not in the browser. `given` came by flags; what is right of it is
    not asked."""

    def __init__(self, given: Mapping[str, str], work: Work) -> None:
        self.lines: list[str] = []
        """What the work has said so far."""
        self.problem = ""
        """What is wrong with the last answer, or with all of them together."""
        self._given, self._work = given, work
        self._typed: dict[str, str] = {}
        self._drafts: dict[str, str] = {}
        """What was typed last, right or not, except secrets: it is suggested when a question comes again."""
        self._worker = ThreadPoolExecutor(1)
        self._working: Future[bool] | None = None
        self._is_refused = False

    @property
    def answers(self) -> dict[str, str]:
        """Those that matter, in order, up to the first that is missing."""
        found: dict[str, str] = {}
        for question in QUESTIONS:
            if not question.is_asked(found):
                continue
            answer = self._typed.get(question.name, self._given.get(question.name))
            if answer is None or problem_of(question, answer, found):
                break
            found[question.name] = answer
        return found

    @property
    def question(self) -> Question | None:
        """The next one; None when all are answered."""
        answers = self.answers
        return next((each for each in QUESTIONS if each.is_asked(answers) and each.name not in answers), None)

    @property
    def progress(self) -> tuple[int, int]:
        """Which question it is, and of about how many: answers to come may bring others."""
        answers, expected = self.answers, dict(self.answers)
        for question in QUESTIONS:
            if question.is_asked(expected):
                expected.setdefault(question.name, question.default(expected))
        given = sum(name in self._given for name in answers)
        return len(answers) - given + 1, max(1, len(expected) - given)

    @property
    def suggested(self) -> str:
        """For the next question."""
        if (question := self.question) is None:
            return ""
        return self._drafts.get(question.name, question.default(self.answers))

    @property
    def stage(self) -> Stage:
        if not self._is_settled:
            return "asking" if self.question else "ready"
        if self._working is None or not self._working.done():
            return "working"
        return "done" if self._working.result() else "unwell"

    @property
    def _is_settled(self) -> bool:
        """Whether the answers are beyond changing: the work has begun, and did not refuse them."""
        return self._working is not None and not (self._working.done() and self._is_refused)

    @property
    def can_go_back(self) -> bool:
        return bool(self._typed)

    def summary(self) -> list[tuple[str, str]]:
        """Questions and answers, in words, without secrets."""
        known = {question.name: question for question in QUESTIONS}
        return [(known[name].text, _in_words(known[name], answer)) for name, answer in self.answers.items()]

    def answer(self, name: str, value: str) -> None:
        """To another question than the one that is asked it changes nothing: that page is an old one."""
        if (question := self.question) is None or question.name != name:
            return
        if not question.is_secret:
            self._drafts[name] = value.strip()
        self.problem = problem_of(question, value.strip(), self.answers)
        if not self.problem:
            self._typed[name] = value.strip()

    def back(self) -> None:
        if self._typed and not self._is_settled:
            self.problem = ""
            self._typed.popitem()

    def begin(self, has_clip: bool) -> None:
        """Once, unless the answers are refused: then they can be changed."""
        if self.stage == "ready":
            self.problem, self._is_refused = "", False
            self._working = self._worker.submit(self._run, self.answers, has_clip)

    def wait(self) -> None:
        """Until the work that was begun is over."""
        if self._working is not None:
            self._working.result()

    def _run(self, answers: Mapping[str, str], has_clip: bool) -> bool:
        """What a command would say on its way out is said here."""
        try:
            return self._work(answers, self.lines.append, has_clip)
        except BadInput as error:
            self.problem, self._is_refused = for_operators(error), True  # Nothing has been written.
        except EchoesError as error:
            self.lines.append(f"✗ {for_operators(error)}")
        except Exception:
            logger.exception("the guided first start failed in a way that nobody foresaw")
            self.lines.append("✗ That failed in a way that nobody foresaw: the terminal says more.")
        return False


def _in_words(question: Question, answer: str) -> str:
    if question.is_secret:
        return KEPT_FROM_SIGHT if answer else question.unanswered
    choices = question.choices or {}
    named = ways_of(answer) if question.takes_many else [answer]
    return "; ".join(choices.get(each, each) for each in named) or question.unanswered
