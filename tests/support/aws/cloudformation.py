"""Parts of a CloudFormation template as AWS would resolve them, for an emulator that judges by policies."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.aws.emulators import ENVIRONMENT

_READ = "import json, sys; from cfnlint.decode import cfn_yaml; print(json.dumps(cfn_yaml.load(sys.argv[1])))"


def resources_of(template: Path, values: Mapping[str, str]) -> dict[str, Any]:
    """With these in the place of what the template refers to; `Fn::If` is as for empty parameters."""
    python = ENVIRONMENT / "bin" / "python"
    read = subprocess.run([python, "-c", _READ, template], capture_output=True, text=True, check=True)
    resolved: dict[str, Any] = _resolved(json.loads(read.stdout)["Resources"], values)
    return resolved


def _resolved(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [item for each in value if (item := _resolved(each, values)) is not None]
    if not isinstance(value, dict):
        return value
    match list(value.items()):
        case [("Fn::Sub", str(text))]:
            return re.sub(r"\$\{([\w:.]+)\}", lambda found: values[found[1]], text)
        case [("Fn::GetAtt", names)]:
            return values[".".join(names)]
        case [("Fn::If", [_, _, otherwise])]:
            return _resolved(otherwise, values)
        case [("Ref", "AWS::NoValue")]:
            return None
        case [("Ref", name)]:
            return values.get(name, name)
    return {name: _resolved(each, values) for name, each in value.items()}
