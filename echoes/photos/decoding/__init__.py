"""Decoding of photographs in a sandboxed child process."""
