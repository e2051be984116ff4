"""Error codes of the sign-in page: words that somebody puts there by hand reach no log."""

import pytest

from echoes.accounts.routes import _error_code


def test_an_error_of_the_standard_is_named() -> None:
    assert _error_code("login_required") == "login_required"


@pytest.mark.parametrize(
    "sent", [None, "", "echoes_session=stolen", "x\nERROR: y", "x" * 5000, "server_error\n"]
)
def test_anything_else_is_not_repeated(sent: str | None) -> None:
    assert _error_code(sent) == "with neither a code nor an error of OpenID Connect"
