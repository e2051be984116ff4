"""The operator’s pages: everything is *not found* for everybody else."""
