"""Recipes that come out of the guided first start: units of systemd, and a file for Docker Compose."""

import json
import os
import pwd
from pathlib import Path

from echoes.commands.setup.questions import CERTIFICATE, Answers, folder_of, is_hosted, serves_tls
from echoes.settings import ASSETS
from echoes.settings.env_file import CHOICE

ROOT = ASSETS.parent
UNIT = """\
# First `make frontend` in {root}. Copy this to /etc/systemd/system/{name}.service, then:
# systemctl daemon-reload && systemctl enable --now {name}
[Unit]
Description={title}
After=network-online.target
Wants=network-online.target

[Service]
User={user}
WorkingDirectory={root}
Environment={env_file}{more}
ExecStart={python} -m {module}
Restart=on-failure
RestartSec=3
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={writable}
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
"""
COMPOSE = """\
# From this folder: docker compose --file {file} up --build --detach
services:
  echoes:
    image: echoes:local
    build: {{context: {root}, dockerfile: deploy/Containerfile}}
    env_file: [{env_file}]
    environment:
      ECHOES_DATA_DIR: /data
      ECHOES_HOST: 0.0.0.0{more}
    user: "{uid}:{gid}"
    ports: ["{published}:{port}"]
    volumes: [{volume}]
    tmpfs: ["/tmp:size=256m,mode=1777"]
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: unless-stopped
    init: true
    stop_grace_period: 15s
{networks}"""
GATEWAY = "172.30.18.1"
PROXIED = f"""\
networks:
  default:
    ipam: {{config: [{{subnet: 172.30.18.0/24, gateway: {GATEWAY}}}]}}
"""
"""What a proxy on this machine asks comes into the container from its network's gateway."""


def write(folder: Path, env_file: Path, answers: Answers, python: Path) -> list[Path]:
    """Those that fit the answers. Overwrites what an earlier run wrote."""
    made = {"echoes.service": _unit("echoes", "Echoes", "echoes.web", env_file, answers, python)}
    if answers.get("database_url"):
        worker = _unit("echoes-worker", "Echoes, a worker", "echoes.worker", env_file, answers, python)
        made["echoes-worker.service"] = worker
    elif is_hosted(answers) and not answers.get("backup_to", "").startswith("/"):
        made["echoes-compose.yaml"] = _compose(env_file, answers)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


def _unit(name: str, title: str, module: str, env_file: Path, answers: Answers, python: Path) -> str:
    backup = answers.get("backup_to", "")
    writable = [str(folder_of(answers)), *([backup] if backup.startswith("/") else [])]
    return UNIT.format(
        name=name,
        title=title,
        user=pwd.getpwuid(os.getuid()).pw_name,
        root=_doubled(ROOT),
        env_file=_in_unit(f"{CHOICE}={env_file}"),
        more="\nEnvironment=ECHOES_ROLE=worker" if module == "echoes.worker" else "",
        python=_in_unit(python),
        module=module,
        writable=" ".join(map(_in_unit, writable)),
    )


def _compose(env_file: Path, answers: Answers) -> str:
    """Behind a proxy on the same machine only that machine may ask it."""
    port = answers["port"]
    is_proxied = answers["place"] != "home"
    more = {"ECHOES_TRUSTED_PROXIES": GATEWAY} if is_proxied else {}
    if serves_tls(answers):
        more |= dict.fromkeys(("ECHOES_TLS_CERTIFICATE", "ECHOES_TLS_KEY"), f"/data/{CERTIFICATE}")
    return COMPOSE.format(
        file="echoes-compose.yaml",
        root=_in_compose(ROOT),
        env_file=_in_compose(env_file),
        more="".join(f"\n      {name}: {value}" for name, value in more.items()),
        uid=os.getuid(),
        gid=os.getgid(),
        port=port,
        published=f"127.0.0.1:{port}" if is_proxied else port,
        volume=_in_compose(f"{folder_of(answers)}:/data"),
        networks=PROXIED if is_proxied else "",
    )


def _in_unit(value: Path | str) -> str:
    """In quotes, within which spaces stand for themselves (systemd.syntax)."""
    escaped = _doubled(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _doubled(value: Path | str) -> str:
    """A percent sign begins a specifier (systemd.unit)."""
    return f"{value}".replace("%", "%%")


def _in_compose(value: Path | str) -> str:
    """In YAML's double quotes, which are JSON's; a dollar sign begins a variable."""
    return json.dumps(f"{value}".replace("$", "$$"), ensure_ascii=False)
