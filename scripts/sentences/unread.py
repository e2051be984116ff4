"""Where strings stand that nobody reads: calls, keywords, patterns of text. All others are listed."""

import re

_CALLS = """
    CheckConstraint ContextVar ForeignKey ParamSpec ParseResult SQL Struct TypeVar URLSafeTimedSerializer Var
    _gradient _replaced basicConfig cast create_model digest draft encode endswith exec_driver_sql execute
    follow frozenset getLogger getattr hashtext icon isinstance pack path removeprefix replace setattr
    startswith strftime strptime text_of unpack_from which
"""
_KEYWORDS = """
    accept auto_complete charset class_name content_type cross_origin d doc fill headers href id key kind
    library media_type metavar method name ondelete path points preserve_aspect_ratio rel role route salt
    scope server_default src style tag transform type view_box
"""
CALLS = frozenset(_CALLS.split())
KEYWORDS = frozenset(_KEYWORDS.split())
OWNERS = frozenset({"logger", "logging", "re", "sa", "struct", "urlencode", "warnings"})
"""Whose methods write logs, or take patterns and formats."""
NAMES = frozenset({"__all__", "__slots__", "__tablename__", "library", "tag"})
"""What such a name is set to."""
TEXTS = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|GRANT|REVOKE|SET|LISTEN|PRAGMA|BEGIN|EXISTS|nullif) ?"
    r"|\s*DO \$\$|import |// |[^ ]*[&?]\w*=|[a-z\d]+ [\d.]+rem|\w+(, \w+)*, \w+_\w+|\w+ ?=[ (]"
    r"|[\w-]+, (no-store|max-age)|const |port: process|\w+\(|\w+\.\w+( =|\()"
)
"""Database statements, JavaScript, addresses, headers."""
LITERALS = frozenset(
    {
        "Asyncio task cancelled",
        "Cf",
        "Cn",
        "Cookie",
        "Key {key}",
        "La",
        "Scripts",
        "The SQLite system database is for development and testing",
        "The photograph comes gently to life.",
        "Upload-Use-Sound",
        "is no longer owned by this execution",
        "was cancelled during execution",
    }
)
"""What looks like a sentence all the same: categories of characters, headers, others' log lines, a prompt."""
