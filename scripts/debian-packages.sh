#!/usr/bin/env bash
# Installs the Debian packages that are missing, and asks the archive only if one is.
#
#   scripts/debian-packages.sh [--check] LIST…
#
# LIST is a name in requirements/debian/ (service, build, test). --check installs nothing and fails if one is missing.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"

check=
if [ "${1:-}" = --check ]; then check=1; shift; fi

wanted() { for list in "$@"; do grep -vE '^ *(#|$)' "$root/requirements/debian/$list.txt"; done | sort -u; }
# shellcheck disable=SC2016  # the ${…} are dpkg-query's
installed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo --preserve-env=http_proxy,https_proxy,no_proxy "$@"; fi
}

apt() { quietly "apt-$1" as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 "$@"; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "      not a Debian machine: requirements/debian/ lists what it must have; going on"
  exit 0
fi
mapfile -t names < <(wanted "$@")
mapfile -t missing < <(comm -23 <(printf '%s\n' "${names[@]}") <(installed "${names[@]}"))
[ ${#missing[@]} -gt 0 ] || exit 0
[ -z "$check" ] || exit 1
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  fail "Debian packages are missing, and this is neither root nor is there sudo. As root: apt-get install ${missing[*]}"
fi
say "      ${missing[*]}"
apt update
apt install --yes --no-install-recommends "${missing[@]}"
