"""What whoever hosts Echoes asks a process: whether it lives, whether it is ready, and its metrics."""
