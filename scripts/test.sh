#!/usr/bin/env bash
# Every check and every test; stops at the first that fails. Arguments go to pytest, whose summary is the last line.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"
use_node
bin=$root/.venv/bin

steps=6
check() { step_number=$((step_number + 1)); step "$@"; }
check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check .
check "mypy" "$bin/mypy"
check "import-linter" "$bin/lint-imports"
check "tests of the pages" npm --prefix web test
say "[6/$steps] pytest"
# Hundreds of processes start in the tests: where the machine says that nothing compiled is to be kept, each compiles all of our modules.
unset PYTHONDONTWRITEBYTECODE
# Most tests wait for calls that take their time: three at once leave two cores room enough for the sound.
exec "$bin/pytest" -n 3 --dist worksteal "$@"
