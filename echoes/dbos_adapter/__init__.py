"""The DBOS adapter: all that Echoes knows of DBOS beyond its public interface.

`tables`: its system tables, as SQL. `internals`: private parts of the library in a process that runs jobs.
The contract, which fails on an upgrade and says what broke: tests/engine/test_dbos_adapter.py.
"""
