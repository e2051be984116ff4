"""Observability of one process: log lines, metrics, traces and error reports, each with what surrounds it."""
