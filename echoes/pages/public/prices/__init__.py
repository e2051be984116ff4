"""What it costs, said before anybody signs up."""
