#!/usr/bin/env bash
# Remakes the lock files in requirements/ from pyproject.toml and the *.in files there: every package, pinned and hashed, for
# every Python and platform.
#
#   scripts/lock.sh [--upgrade]
#
# Without --upgrade a pin stays as long as it satisfies what is asked for. The index is the one that pip uses here.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"

uv=$(tool uv)/bin/uv
index=$("$(find_python)" -m pip config get global.index-url 2>/dev/null || true)
[ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}

compile() {
  say "requirements/$1.txt"
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --custom-compile-command "make lock" --output-file "requirements/$1.txt" "${@:2}"
}

compile test pyproject.toml requirements/build.in --extra test "$@"
compile run pyproject.toml requirements/build.in --constraint requirements/test.txt "$@"
for name in engine engine-fallback ldap node sbom uv; do compile "$name" "requirements/$name.in" "$@"; done
