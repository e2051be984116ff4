#!/usr/bin/env bash
# Builds and tries deploy/Containerfile where no registry of images can be reached. Debian, root; needs buildah,
# podman, crun and debootstrap. A Debian tree stands for the base image, under its name, so that the file is built as
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
	--file deploy/Containerfile --ignorefile .containerignore --tag echoes .
