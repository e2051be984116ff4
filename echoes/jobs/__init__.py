"""What a job is: its class, name, lifecycle, workspace, outcome and queues, and how one is requested."""
