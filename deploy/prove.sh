#!/usr/bin/env bash
# Builds and tries deploy/Containerfile where no registry of images can be reached. Debian, root; needs buildah,
# runc, debootstrap and curl. A Debian tree stands for the base image, under its name, so that the file is built as
# it is. It takes this machine's certificates and configuration of pip and npm along.
#   deploy/prove.sh [FOLDER]     FOLDER keeps the Debian tree and all images between runs
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
base=docker.io/library/python:3.11-slim-bookworm
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver "${STORAGE_DRIVER:-overlay}")
mkdir -p "$work"

stand_in() {
	local tree=$work/bookworm
	[ -e "$tree/etc/debian_version" ] || debootstrap --variant=minbase \
		--include=ca-certificates,python3,python3-venv bookworm "$tree" http://deb.debian.org/debian >"$work/debootstrap.log"
	ln -sf python3 "$tree/usr/bin/python"
	cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/ca-certificates.crt"
	rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/usr/share/{doc,man,locale}/*  # as slim images do
	for file in /etc/pip.conf /etc/npmrc; do [ ! -e $file ] || cp $file "$tree$file"; done
	local container
	container=$(buildah "${storage[@]}" from scratch)
	buildah "${storage[@]}" add -q "$container" "$tree" /
	buildah "${storage[@]}" config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
		--env PIP_CERT=/etc/ssl/certs/ca-certificates.crt --cmd python3 "$container"
	buildah "${storage[@]}" commit -q --rm "$container" "$base"
}

buildah "${storage[@]}" inspect --type image "$base" >/dev/null 2>&1 || stand_in
buildah "${storage[@]}" bud --pull=never --layers --format docker --isolation chroot --network host \
	--file deploy/Containerfile --ignorefile .dockerignore --tag echoes .

container=$(buildah "${storage[@]}" from --pull=never localhost/echoes)
root=$(buildah "${storage[@]}" mount "$container")
state=$work/runc
bundle=$work/bundle
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$bundle"
rm -rf "$work/data" "$bundle/config.json"
install -d -o 10001 -g 10001 -m 700 "$work/data"
tidy() {
	runc --root "$state" delete --force pages 2>/dev/null || true
	buildah "${storage[@]}" rm "$container" >/dev/null
}
trap tidy EXIT

# As compose.yaml starts it: nobody's rights, a read-only root, /data and a small /tmp; on this machine's loopback.
bundle_for() {
	(cd "$bundle" && rm -f config.json && runc spec)
	python3 - "$bundle/config.json" "$root" "$work/data" "$port" "$@" <<'PYTHON'
import json, sys

file, root, data, port, *command = sys.argv[1:]
spec = json.load(open(file))
spec["process"] |= {
    "args": command, "cwd": "/app", "user": {"uid": 10001, "gid": 10001}, "noNewPrivileges": True, "terminal": False,
    "capabilities": {kind: [] for kind in ("bounding", "effective", "permitted")},
    "env": ["PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "ECHOES_DATA_DIR=/data", "ECHOES_ENV_FILE=",
            f"ECHOES_PORT={port}", "PYTHONDONTWRITEBYTECODE=1", "ECHOES_CLIP_SECONDS=1.0"],
}
spec["process"].pop("rlimits", None)
spec["root"] = {"path": root, "readonly": True}
kept = [one for one in spec["linux"]["namespaces"] if one["type"] != "network"]
spec["linux"] |= {"namespaces": kept, "resources": {"memory": {"limit": 2 << 30}, "pids": {"limit": 512}}}
spec["mounts"] = [one for one in spec["mounts"] if one["destination"] not in ("/sys", "/sys/fs/cgroup")] + [
    {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777", "size=256m"]},
    {"destination": "/data", "type": "bind", "source": data, "options": ["bind", "rw"]},
]
json.dump(spec, open(file, "w"))
PYTHON
}

said() { echo "proved: $*"; }

megabytes=$(du -sm --one-file-system "$root" | cut -f1)
[ "$megabytes" -lt 1200 ] && said "the tree has $megabytes MB"
! find "$root" -name 'node*' -path '*bin*' | grep -q . && said "there is no Node"

bundle_for sh -c 'test "$(id -u)" = 10001 && ! touch /app/x 2>/dev/null && alembic upgrade head 2>/dev/null && echoes doctor'
runc --root "$state" run --bundle "$bundle" pages </dev/null >"$work/doctor.log"
grep -q "Database: sqlite" "$work/doctor.log" && said "not root, nothing can be written, migrations run, doctor is content"

bundle_for python -m echoes.web
runc --root "$state" run --bundle "$bundle" pages </dev/null >"$work/pages.log" 2>&1 &
running=$!
timeout 120 sh -c "until grep -q 'Echoes is ready' '$work/pages.log'; do sleep 0.2; done"
script=$(curl -sf "http://localhost:$port/sign-in" | grep -o '/assets/[^"]*\.js' | head -1)
curl -sf --output /dev/null "http://localhost:$port$script" && said "a page and its script are served"
runc --root "$state" exec --user 10001:10001 pages python -m echoes.monitoring.probe >/dev/null &&
	said "the health check of the image says that it is ready"
session=$(curl -sf --cookie-jar - --output /dev/null -H "Origin: http://localhost:$port" -d name=Prover \
	"http://localhost:$port/auth/local" | grep -c echoes_session)
[ "$session" = 1 ] && said "somebody signs in"
began=$(date +%s)
runc --root "$state" kill pages TERM
wait "$running" && said "SIGTERM ended it after $(($(date +%s) - began)) s"
