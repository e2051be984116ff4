"""The public surface of the compiler: names that mean the same however they are reached."""

import subprocess
import sys


def test_every_name_is_there_whatever_was_imported_before() -> None:
    """A function must not be called like the module that holds it: importing the module would hide it."""
    import compiler.media.probing
    import compiler.rendering.film

    for name in compiler.__all__:
        assert callable(getattr(compiler, name)) or isinstance(getattr(compiler, name), int | tuple), name


def test_timelines_and_framing_need_no_codec() -> None:
    """The web process computes both and has no use for what encodes them."""
    heavy = "{'av', 'numpy', 'PIL', 'onnxruntime'}"
    program = (
        f"import compiler.timeline.layout, compiler.camera.framing, sys; print(*({heavy} & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == ""
