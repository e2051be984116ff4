"""One person runs this from a phone: looks, finds, helps, changes, and each of it is written down."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from echoes.database import Database
from echoes.models import JobEvent, JobStatus, Role, Take, User, now
from echoes.pages.admin.common.sections import SECTIONS
from tests.journeys.guidelines import fits_a_phone, obeys
from tests.journeys.steps import has_arrived, sign_in
from tests.journeys.visitors import Visitor, settle
from tests.support.databases.rows import add_photo, add_project, add_take

pytestmark = [pytest.mark.long, pytest.mark.chromium]


def become_operator(visitor: Visitor, database: Database, name: str) -> UUID:
    name = sign_in(visitor, "/films", name)
    with database.unscoped() as session:
        operator = session.exec(select(User).where(col(User.name) == name)).one()
        operator.role = Role.OPERATOR
        return operator.id


def somebody_in_trouble(database: Database, name: str) -> Take:
    """Whose clip failed."""
    with database.unscoped() as session:
        user = User(issuer="local", subject=name.casefold(), name=name)
        session.add(user)
        session.flush()
        take = add_take(session, add_photo(session, add_project(session, user.id)), JobStatus.FAILED)
        take.failure_kind, take.failure, take.price = "moderated", "The picture was refused.", 1
        take.provider, take.model, take.ended_at = "runway", "gen4_turbo", now()
        for message in ("asked", "POST /v1/image_to_video", "The picture was refused."):
            session.add(JobEvent(owner_id=user.id, subject_id=take.id, message=message, data={"status": 200}))
        return take


def test_an_operator_finds_and_helps_somebody(visitor: Visitor, database: Database) -> None:
    page = visitor.page
    become_operator(visitor, database, "Operator")
    name = visitor.called("In trouble")
    went_wrong, harmless = visitor.called("A film that went wrong"), visitor.called("Harmless")
    take = somebody_in_trouble(database, name)

    page = visitor.page = page.context.new_page()
    page.goto("/films")
    page.locator("details.account summary").click()
    page.get_by_role("link", name="Operator’s pages").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.get_by_role("link", name="Clips failed")).to_be_visible()
    page.get_by_role("button", name="7 days").click()
    expect(page.get_by_role("heading", name="Sign-ups")).to_be_visible()
    visitor.look("admin-today")

    page.goto("/admin/people")
    page.get_by_label("Search for people").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_label("How many").fill("5")
    page.get_by_label("Why").first.fill(went_wrong)
    page.get_by_role("button", name="Change the credits").click()
    expect(page.get_by_text("5 credits", exact=True)).to_be_visible()
    visitor.look("admin-person")

    page.get_by_role("link", name="Their jobs").click()
    page.get_by_role("link", name="runway gen4_turbo").click()
    expect(page.get_by_text("POST /v1/image_to_video")).to_be_visible()
    visitor.look("admin-job")
    page.get_by_role("button", name="Give the credits back").click()
    page.get_by_label("Why").fill(harmless)
    page.get_by_role("button", name="Give them back").click()
    expect(page.get_by_role("button", name="Give the credits back")).to_have_count(0)

    page.goto("/admin/log")
    expect(page.get_by_text(harmless)).to_be_visible()
    expect(page.get_by_text(went_wrong)).to_be_visible()
    visitor.look("admin-log")
    with database.reading() as session:
        assert session.get_one(User, take.owner_id).balance == 6


@pytest.mark.parametrize("visitor", ["desktop"], indirect=True)
def test_the_wording_of_prompts_is_changed_and_compared(visitor: Visitor, database: Database) -> None:
    page = visitor.page
    become_operator(visitor, database, "Writer")
    page.goto("/admin/prompt")
    for template in ("A calm photograph. {motion}", "A calm and quiet photograph. {motion}"):
        page.get_by_label("The wording").fill(template)
        page.get_by_role("button", name="Save as a new version").click()
        expect(page.get_by_text("The new wording is used")).to_be_visible()
        page.get_by_role("button", name="Close this message").click()
    page.get_by_label("The wording").fill("A lively photograph. {motion}")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("pre", has_text="A lively photograph.").first).to_be_visible()
    page.reload()
    expect(page.get_by_label("The wording")).to_have_value("A calm and quiet photograph. {motion}")
    page.get_by_role("button", name="Compare with the current one").first.click()
    expect(page.locator("ins", has_text="and quiet")).to_be_visible()
    visitor.look("admin-prompt")


@pytest.mark.parametrize("visitor", ["desktop"], indirect=True)
def test_a_provider_is_tried_and_its_job_is_followed(visitor: Visitor, database: Database) -> None:
    page = visitor.page
    operator = become_operator(visitor, database, "Trying")
    page.goto("/admin/providers")
    expect(page.get_by_text("this provider says nothing about it").first).to_be_visible()
    page.get_by_role("button", name="Try it").first.click()
    visitor.look("admin-try")
    page.get_by_role("button", name="Make the clip").dblclick()
    expect(page.get_by_text("a trial, requested by an operator")).to_be_visible()
    expect(page.get_by_text("succeeded", exact=True)).to_be_visible(timeout=90_000)
    visitor.look("admin-try-made")
    with database.reading() as session:
        assert len(session.exec(select(Take).where(col(Take.owner_id) == operator)).all()) == 1


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_rewards_are_changed_and_gone_back_to(visitor: Visitor, database: Database) -> None:
    page = visitor.page
    become_operator(visitor, database, "Generous")
    page.goto("/admin/terms")
    for share in ("7", "8"):
        page.get_by_label("When a shared film is first watched").fill(share)
        page.get_by_role("button", name="Save the rewards").click()
        expect(page.get_by_text("The rewards have been changed")).to_be_visible()
        page.get_by_role("button", name="Close this message").click()
    expect(page.get_by_text("share 7 → 8").first).to_be_visible()
    page.get_by_role("button", name="Use it again").first.click()
    expect(page.get_by_label("When a shared film is first watched")).to_have_value("7")
    visitor.look("admin-rewards")


def test_every_page_can_be_used_by_everybody_who_operates(visitor: Visitor, database: Database) -> None:
    become_operator(visitor, database, "Careful")
    for section in (section.key for section in SECTIONS):
        visitor.page.goto(f"/admin/{section}".rstrip("/"))
        has_arrived(visitor.page)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        expect(visitor.page.get_by_role("navigation", name=re.compile("operator"))).to_have_count(1)
        settle(visitor.page)
        visitor.look(f"admin-{section or 'overview'}")
        obeys(visitor.page, section)
        fits_a_phone(visitor, section)


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_for_everybody_else_there_is_nothing_here(visitor: Visitor) -> None:
    sign_in(visitor, "/films", "Nosy")
    visitor.page.locator("details.account summary").click()
    expect(visitor.page.get_by_role("link", name="Your account")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Operator’s pages")).to_have_count(0)
    for section in (section.key for section in SECTIONS):
        visitor.page.goto(f"/admin/{section}".rstrip("/"))
        expect(visitor.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
        expect(visitor.page.get_by_role("navigation", name=re.compile("operator"))).to_have_count(0)
