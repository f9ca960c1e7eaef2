#!/usr/bin/env bash
# Builds the image of this checkout and tries it out: Compose, a real call, kill, backup, loss of everything, restore (tests/image/).
#
#   scripts/image-test.sh [ARGUMENT of pytest…]
#
# By a Docker engine of its own, as root: with its own socket and volumes, without a rule in the firewall, so whatever else runs in
# Docker here is neither seen nor touched. No registry is asked: base images are made from the Debian archive that apt names here.
# DEBIAN is the release that the image is made from: 13 (default) or 12. COMPOSE=1 or 2 tries only that one.
#
# Kept for the next run: $SAMBUT_CACHE/image-test, with base images and layers (`rm -rf` it when you are done). Nothing else stays.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"

debian=${DEBIAN:-13}
declare -A suites=([12]=bookworm [13]=trixie)
[ -n "${suites[$debian]:-}" ] || fail "DEBIAN=$debian: 12 or 13"
[[ ${COMPOSE:-1 2} =~ ^[12]( [12])?$ ]] || fail "COMPOSE=$COMPOSE: 1, 2, or both"
cache=${SAMBUT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sambut}/image-test
[ "$(id -u)" = 0 ] || fail "a Docker engine is started by root only: sudo make image-test"
if [ -z "${IMAGE_TEST_LOCKED:-}" ]; then # one at a time; flock keeps the lock to itself (-o)
  mkdir -p "$cache"
  IMAGE_TEST_LOCKED=1 exec flock -o "$cache/lock" "$0" "$@"
fi
# Debian's own client, whatever else stands before it on the PATH; where it is not BuildKit's by itself, it has to be told.
export DOCKER=/usr/bin/docker DOCKER_BUILDKIT=1
docker() { "$DOCKER" "$@"; }

run=$(mktemp -d /run/sambut-image-test.XXXXXX)
export DOCKER_HOST=unix://$run/docker.sock
engine=
clean_up() {
  if [ -n "$engine" ]; then
    remove_all
    kill "$engine" 2>/dev/null && wait "$engine" || true
  fi
  grep -oE " $run/[^ ]+" /proc/mounts | sort -r | xargs -r umount || true
  rm -rf --one-file-system "$run"
}
remove_all() { # what a test that was broken off has left
  docker ps --all --quiet | xargs -r "$DOCKER" rm --force --volumes >/dev/null || true
  docker volume ls --quiet | xargs -r "$DOCKER" volume rm --force >/dev/null || true
  docker network ls --quiet --filter type=custom | xargs -r "$DOCKER" network rm >/dev/null || true
  docker image prune --force >/dev/null || true
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# No bridge and no rules of the firewall: the build and the service use the host's network, and what Compose publishes of the
# database goes by Docker's proxy.
start_engine() {
  dockerd --host "$DOCKER_HOST" --data-root "$cache/docker" --exec-root "$run/exec" --pidfile "$run/pid" --bridge none \
    --iptables=false --ip-masq=false --ip-forward=false >"$tools/logs/dockerd.log" 2>&1 </dev/null &
  engine=$!
  for _ in {1..150}; do
    ! docker info >/dev/null 2>&1 || { remove_all; return 0; }
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 30 "$tools/logs/dockerd.log" >&2
  fail "the Docker engine does not start; its log is $tools/logs/dockerd.log"
}

archive() { # the address of the archive that this machine takes Debian from
  apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Identifier: Packages' | grep -E '/debian/?$' | sed 1q
}

base_image() { # base_image RELEASE: debian:RELEASE-slim, once
  local folder=$run/root from
  ! docker image inspect "debian:$1-slim" >/dev/null 2>&1 || return 0
  from=$(archive)
  [ -n "$from" ] || fail "apt names no Debian archive on this machine (apt-get update?)"
  quietly "debootstrap-$1" debootstrap --variant=minbase "${suites[$1]}" "$folder" "$from"
  apt-config dump | grep -E '^Acquire::(Check|http|https)' >"$folder/etc/apt/apt.conf.d/90machine" || true # as here: proxies, dates
  rm -rf "$folder"/var/cache/apt/* "$folder"/var/lib/apt/lists/* "$folder"/usr/share/{doc,locale}/*
  tar --directory "$folder" --create . | docker import --change 'CMD ["bash"]' - "debian:$1-slim" >/dev/null
  rm -rf "$folder"
}

build() { # build NAME FOLDER [OPTION…]
  quietly "image-${1%%:*}" docker build --network host --tag "$1" "${@:3}" "$2"
}

bases() { base_image 12; base_image 13; }

helpers() { # what stands for PostgreSQL's image, and both Composes: Debian's packages
  build postgres:17 tests/image/database
  build compose:1 tests/image/compose --build-arg DEBIAN=12 --build-arg CLIENT=docker.io
  build compose:2 tests/image/compose --build-arg DEBIAN=13 --build-arg CLIENT=docker-cli
}

service() { # the image as deploy/README.md has it built, with what this machine's pip, npm and TLS are set up with
  local secrets=() each
  for each in ca=/etc/ssl/certs/ca-certificates.crt pip.conf=/etc/pip.conf "npmrc=$HOME/.npmrc"; do
    [ ! -f "${each#*=}" ] || secrets+=(--secret "id=${each%%=*},src=${each#*=}")
  done
  build sambut . "${secrets[@]}" --build-arg "DEBIAN=$debian"
  docker image inspect --format '      {{.Size}} bytes' sambut >&2
}

steps=5
numbered() { step_number=$((step_number + 1)); step "$@"; }
mkdir -p "$tools/logs"
packages=(image)
numbered "Debian packages: Docker's engine, debootstrap …" scripts/debian-packages.sh "${packages[@]}"
start_engine
numbered "base images: once, about 2 minutes …" bases
numbered "images of PostgreSQL and Compose: once, about 1 minute …" helpers
numbered "the service's image: about 5 minutes at first, later what changed …" service
say "[5/$steps] the way through (tests/image)"
.venv/bin/pytest tests/image/whole_way.py "$@"
