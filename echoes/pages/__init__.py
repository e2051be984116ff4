"""One folder a page: `state.py` is what happens, `queries.py` what is read, `view.py` how it looks.

A state is a view of the database, which holds every truth.
"""
