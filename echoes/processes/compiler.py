"""Compiler selection: a child process on this machine, or AWS Lambda, behind one protocol."""

from functools import cache

from compiler.errors import ErrorCode
from echoes.processes.compiler_base import CompilationFailed, Compiler, Finish, Note, Report, StoredFiles
from echoes.processes.local_compiler import LocalCompiler
from echoes.settings import get_settings

__all__ = [
    "CompilationFailed",
    "Compiler",
    "ErrorCode",
    "Finish",
    "Note",
    "Report",
    "StoredFiles",
    "get_compiler",
]


@cache
def get_compiler() -> Compiler:
    settings = get_settings()
    if settings.renderer == "machine":
        return LocalCompiler()
    from echoes.processes.aws_lambda.setup import lambda_compiler

    return lambda_compiler(settings)
