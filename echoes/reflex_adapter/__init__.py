"""Adapter of Reflex: all that we know of its insides, which it promises to nobody, in one place.

The rest of Echoes uses Reflex by `import reflex as rx`, `reflex.event` and this package alone
(`tests/reflex_adapter/test_borders.py`). `tests/reflex_adapter/test_contract.py` holds each inside that is
used here against the installed Reflex: after an upgrade it says which of them has changed, and what of ours
breaks by it. The list for people is in docs/dependencies.md.
"""
