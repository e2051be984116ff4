"""Out of credits in mid-flow: buy and go on."""
