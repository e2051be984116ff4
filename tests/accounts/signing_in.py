"""Helpers of the tests of sign-in."""

from typing import Any

import httpx2
from sqlmodel import select

from echoes.accounts.cookies import COOKIE
from echoes.accounts.redirects import SIGN_IN_PROBLEMS
from echoes.database import Database
from echoes.models import User
from tests.support.sign_in.openid_providers import SigningIn, let_in, query_of, wire


def sign_in(signing_in: SigningIn, target: str = "/films", **told: Any) -> httpx2.Response:
    return signing_in.come_back(let_in(signing_in.start(target).headers["location"], **told))


def problem_of(answer: httpx2.Response) -> str:
    """Every failure ends on the sign-in page, with a sentence of ours."""
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?")
    assert COOKIE not in answer.cookies
    problem = query_of(answer.headers["location"]).get("problem", "")
    assert problem in SIGN_IN_PROBLEMS
    return problem


def problem_of_join(answer: httpx2.Response) -> str:
    """Somebody who may not join is led to the page that says whom to ask."""
    assert answer.headers["location"].startswith("/join?")
    assert COOKIE not in answer.cookies
    return query_of(answer.headers["location"]).get("problem", "")


def users(database: Database) -> list[User]:
    with database.reading() as session:
        return list(session.exec(select(User)))


def through(signing_in: SigningIn) -> httpx2.Response:
    """The lying provider asks nobody anything."""
    address = signing_in.start().headers["location"]
    return signing_in.come_back(wire().get(address).headers["location"])
