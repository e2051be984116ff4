"""Child processes: the compiler and sandboxed decoders."""
