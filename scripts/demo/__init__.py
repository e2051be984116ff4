"""Demo data (`make demo`): a person with a finished, shared film, in a data folder of its own."""
