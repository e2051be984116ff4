"""`echoes setup --browser`: the guided first start on a page, by an address that opens once."""
