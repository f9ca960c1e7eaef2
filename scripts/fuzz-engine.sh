#!/usr/bin/env bash
# Puts an engine that was built with the address and undefined-behaviour sanitizers into .tools/fuzz-engine, for `make fuzz`
# and the minute of it in `make test`. Its wheel is kept as the ordinary engine's is (build-engine.sh), under a key of its own.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"
mkdir -p "$tools"
exec 8>"$tools/fuzz-engine.lock"
flock 8 # one at a time in a checkout
export SAMBUT_SANITIZE=1
key=$(scripts/build-engine.sh --key .venv/bin/python)
folder=$tools/fuzz-engine
current "$folder/.stamp" "$key" && exit
rm -rf "$folder" # of another state: better none than one that is not what is tested
wheel=$(scripts/build-engine.sh .venv/bin/python)
quietly fuzz-engine .venv/bin/python -m pip --disable-pip-version-check install --no-deps --no-index --target "$folder" "$wheel"
stamp "$folder/.stamp" "$key"
