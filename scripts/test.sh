#!/usr/bin/env bash
# Every check and every test; ends at the first check that fails. Arguments go to pytest, whose summary is the last line.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"
use_node
bin=$root/.venv/bin
# Hundreds of processes start in the tests: where the machine says that nothing compiled is to be kept, each compiles all of our modules.
unset PYTHONDONTWRITEBYTECODE

said=$(mktemp)
built_log=$tools/logs/fuzz-build.log
mkdir -p "$tools/logs"
building=""
tidy() { rm -f "$said" "$said.pid"; [ -z "$building" ] || kill -- "-$building" 2>/dev/null || true; }
trap tidy EXIT

checks() {
  "$bin/ruff" check . && "$bin/ruff" format --check . && "$bin/lint-imports" && "$bin/mypy" && npm --prefix web test
}

# Beside all the rest, in what it leaves of the machine: the tests mostly wait for calls that take their time.
check_beside() {
  if checks >"$said" 2>&1 </dev/null; then
    say "ruff, import-linter, mypy and the tests of the pages: passed, after $SECONDS s"
  else
    kill -INT "$(cat "$said.pid")" 2>/dev/null || true # nobody needs to wait for the tests to hear of it
    return 1
  fi
}
say "ruff, import-linter, mypy and the tests of the pages run beside the rest"
check_beside &
checking=$!
renice -n 10 "$checking" >/dev/null

# The engine with sanitizers takes minutes to build, once for each state of its recipe. It has a process group of its own,
# so that nothing of it is left where a check fails.
set -m
nice -n 10 scripts/fuzz-engine.sh >"$built_log" 2>&1 </dev/null &
building=$!
set +m

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
steps=2
step_number=1
step "SIP engine with sanitizers: builds once, in 3 to 6 minutes …" sanitized_engine
building=""

say "[2/2] pytest"
# Three at once leave two cores room enough for the sound. Not in the background: a shell's background jobs do not hear Ctrl-C,
# and neither would the phones that the tests start.
bash -c 'echo $$ >"$0"; exec "$@"' "$said.pid" "$bin/pytest" -n 3 --dist worksteal "$@" && status=0 || status=$?
wait "$checking" || { cat "$said" >&2; fail "a check failed (above)"; }
exit "$status"
