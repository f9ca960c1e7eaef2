#!/usr/bin/env bash
# Puts an engine that was built with the address and undefined-behaviour sanitizers into .tools/fuzz-engine, for `make fuzz`.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"
export SAMBUT_SANITIZE=1
key=$(scripts/build-engine.sh --key .venv/bin/python)
folder=$tools/fuzz-engine
current "$folder/.stamp" "$key" && exit
wheel=$(scripts/build-engine.sh .venv/bin/python)
rm -rf "$folder"
quietly fuzz-engine .venv/bin/python -m pip --disable-pip-version-check install --no-deps --no-index --target "$folder" "$wheel"
stamp "$folder/.stamp" "$key"
