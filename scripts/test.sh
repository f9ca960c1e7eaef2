#!/usr/bin/env bash
# Every check and every test; stops at the first that fails. Arguments go to pytest, whose summary is the last line.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"
use_node
bin=$root/.venv/bin

steps=7
# The engine with sanitizers takes minutes to build, once for each state of its recipe: the linters run meanwhile. It has a
# process group of its own, so that nothing of it is left where a check fails.
built_log=$tools/logs/fuzz-build.log
mkdir -p "$tools/logs"
set -m
nice -n 10 scripts/fuzz-engine.sh >"$built_log" 2>&1 </dev/null &
building=$!
set +m
trap 'kill -- "-$building" 2>/dev/null || true' EXIT

# Who could build the ordinary engine can build this one: that it fails is a fault of ours, and not to be passed over. Where
# not even the ordinary one could be built, the tests go on without, and say so.
sanitized_engine() {
  local how
  if wait "$building"; then return; fi
  tail -n 20 "$built_log" >&2
  read -r how _ <"$stamps/engine"
  [ "$how" != built ] || fail "the engine with sanitizers could not be built, while the ordinary one was; all of its output is in $built_log"
  say "warning: **********************************************************************************************"
  say "warning: no engine with sanitizers on this machine: hostile messages go to the ordinary one, and what only"
  say "warning: a sanitizer sees is not seen. Why is above, and in $built_log"
  say "warning: **********************************************************************************************"
}

check() { step_number=$((step_number + 1)); step "$@"; }
check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check .
check "mypy" "$bin/mypy"
check "import-linter" "$bin/lint-imports"
check "tests of the pages" npm --prefix web test
check "SIP engine with sanitizers: builds once, 3–6 minutes, since the first of these steps …" sanitized_engine
trap - EXIT
say "[7/$steps] pytest"
# Hundreds of processes start in the tests: where the machine says that nothing compiled is to be kept, each compiles all of our modules.
unset PYTHONDONTWRITEBYTECODE
# Most tests wait for calls that take their time: three at once leave two cores room enough for the sound.
exec "$bin/pytest" -n 3 --dist worksteal "$@"
