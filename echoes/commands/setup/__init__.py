"""`echoes setup`: a guided first start in the terminal."""
