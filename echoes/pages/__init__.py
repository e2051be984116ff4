"""One module per page, its State beside it. State is a view: the database holds every truth."""
