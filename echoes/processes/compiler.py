"""Compiler selection: a child process on this machine, or another behind the same protocol."""

from functools import cache

from compiler.errors import ErrorCode
from echoes.processes.compiler_base import CompilationFailed, Compiler, Report, StoredFiles
from echoes.processes.local_compiler import LocalCompiler

__all__ = ["CompilationFailed", "Compiler", "ErrorCode", "Report", "StoredFiles", "get_compiler"]


@cache
def get_compiler() -> Compiler:
    return LocalCompiler()
