"""Answers of the guided first start: from flags, then from the person at the terminal."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import typer

from echoes.commands.setup.questions import QUESTIONS, Answers, Question
from echoes.errors import BadInput

BETWEEN = "="


def given(pairs: Iterable[str]) -> dict[str, str]:
    """`name=value` of flags or lines of a file. Raises BadInput."""
    known, found = {question.name for question in QUESTIONS}, dict[str, str]()
    for pair in pairs:
        name, between, value = pair.partition(BETWEEN)
        if not between or name.strip() not in known:
            raise BadInput(f"“{name.strip()[:40]}” is none of the answers: {', '.join(sorted(known))}.")
        found[name.strip()] = value.strip()
    return found


def lines_of(file: Path | None) -> list[str]:
    """Without empty ones and notes. Raises OSError."""
    if file is None:
        return []
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def answered(known: Mapping[str, str], ask: Callable[[Question, Answers], str] | None) -> dict[str, str]:
    """All that matter, in order. Without `ask`, what is not known has its default. Raises BadInput."""
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        if not question.is_asked(answers):
            continue
        if question.name in known or ask is None:
            answers[question.name] = _checked(question, known.get(question.name), answers)
        else:
            answers[question.name] = ask(question, answers)
    return answers


def ask_in_terminal(question: Question, answers: Answers) -> str:
    """Again and again, until it makes sense."""
    if question.choices:
        typer.echo(f"\n{question.text}")
        for name, words in question.choices.items():
            typer.echo(f"  {name}: {words}")
    if question.hint:
        typer.echo(question.hint)
    prompt = _prompt(question)
    while True:
        default = question.default(answers) or (None if question.is_needed else "")
        answer = str(typer.prompt(prompt, default, hide_input=question.is_secret, show_default=bool(default)))
        if not (problem := problem_of(question, answer.strip(), answers)):
            return answer.strip()
        typer.echo(problem)


def _prompt(question: Question) -> str:
    if question.takes_many:
        return "Your choice, or several with commas between"
    return "Your choice" if question.choices else question.text


def problem_of(question: Question, answer: str, answers: Answers) -> str:
    if question.choices and not _is_offered(question.choices, answer, question.takes_many):
        number = "one or more" if question.takes_many else "one"
        return f"Please choose {number} of {', '.join(question.choices)}."
    if question.is_needed and not answer:
        return "This is needed."
    if not answer.isprintable():
        return "Please type it without characters that cannot be seen."
    return question.problem(answer, answers)


def _is_offered(choices: Mapping[str, str], answer: str, may_be_many: bool) -> bool:
    return {each.strip() for each in (answer.split(",") if may_be_many else [answer])} <= choices.keys()


def _checked(question: Question, answer: str | None, answers: Answers) -> str:
    answer = question.default(answers) if answer is None else answer
    if problem := problem_of(question, answer, answers):
        raise BadInput(f"{question.name}: {problem}")
    return answer
