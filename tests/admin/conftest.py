"""An operator at work."""

from uuid import UUID

import pytest

from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.models import Role, User
from tests.support.databases.fresh import NewUser


@pytest.fixture
def operator(database: Database, new_user: NewUser) -> Operator:
    user_id: UUID = new_user("Olga")
    with database.unscoped() as session:
        session.get_one(User, user_id).role = Role.OPERATOR
    return Operator(user_id, "Olga")
