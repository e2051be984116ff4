"""DBOS speaks through Python's logging; some of what it says loudly is nothing to worry about."""

import logging

from dbos import error

EXPECTED = (error.DBOSAwaitedWorkflowCancelledError, error.DBOSWorkflowCancelledError)
EXPECTED_WORDS = (
    "was cancelled during execution",
    "is no longer owned by this execution",
    "Asyncio task cancelled",
    "The SQLite system database is for development and testing",
)


class ExpectedMessagesFilter(logging.Filter):
    """A cancelled job is no error. And our README says what SQLite is for."""

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        return not isinstance(raised, EXPECTED) and not any(
            words in record.getMessage() for words in EXPECTED_WORDS
        )


def quiet_dbos_logs() -> None:
    logger = logging.getLogger("dbos")
    if not any(isinstance(known, ExpectedMessagesFilter) for known in logger.filters):
        logger.addFilter(ExpectedMessagesFilter())
