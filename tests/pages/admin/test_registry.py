"""Every section of the navigation leads to a page, and every page belongs to a section."""

from echoes.echoes import app
from echoes.pages.admin.common.sections import SECTIONS
from echoes.pages.admin.registry import ADMIN_PAGES


def test_each_section_of_the_navigation_is_a_page() -> None:
    routes = [page.route for page in ADMIN_PAGES]
    assert len(set(routes)) == len(routes)
    assert {section.path for section in SECTIONS} <= set(routes)


def test_each_page_belongs_to_a_section_and_is_called_after_it() -> None:
    assert {page.path.partition("/")[0] for page in ADMIN_PAGES} == {section.key for section in SECTIONS}
    titles = {page.route: page.title for page in ADMIN_PAGES}
    assert titles["/admin/jobs/[job_id]"] == "Jobs · Operator · Echoes"
    assert len(set(titles.values())) == len(SECTIONS)


def test_the_app_has_each_page_and_no_other_of_operators() -> None:
    served = {f"/{route}" for route in app._unevaluated_pages if route.startswith("admin")}
    assert served == {page.route for page in ADMIN_PAGES}
