"""Part files keep the contract of part stores."""

import pytest

from echoes.database import Database
from echoes.uploads.parts import PartStore, get_part_store
from echoes.uploads.parts.local import LocalParts
from tests.uploads.parts.contract import PartStoreContract


class TestLocalParts(PartStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> PartStore:
        store = get_part_store()
        assert isinstance(store, LocalParts)
        return store
