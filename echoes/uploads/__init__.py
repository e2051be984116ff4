"""Resumable uploads (tus 1.0.0): a file that breaks off in the underground goes on where it was."""
