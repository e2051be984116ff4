"""What a job is: its lifecycle, workspace, outcome, queues, and how one is requested."""
