#!/usr/bin/env bash
# Brings a bare machine to where Sambut can run (or be tested). What is in place already is skipped, so calling it again is cheap.
#
#   scripts/bootstrap.sh run|test [STEP…]
#
# STEP is debian, environment, packages, engine, sambut or pages: only these, for an image whose layers they are (Dockerfile).
# Variables: PYTHON (interpreter for .venv), SAMBUT_CACHE and SAMBUT_PJPROJECT (see build-engine.sh).
# The indexes, proxies and certificates are those that pip, npm and apt are set up with on this machine.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"

kind=${1:-}
case $kind in
  run) lists=(service build) ;;
  test) lists=(service build test) ;;
  *) fail "usage: scripts/bootstrap.sh run|test [debian|environment|packages|engine|sambut|pages]…" ;;
esac
wanted=" ${*:2} "

# One at a time in a checkout. flock keeps the lock to itself (-o), so no daemon that a package starts inherits it.
if [ -z "${SAMBUT_BOOTSTRAP_LOCKED:-}" ]; then
  mkdir -p "$tools"
  SAMBUT_BOOTSTRAP_LOCKED=1 exec flock -o "$tools/lock" "$0" "$@"
fi

steps=6
python=$root/.venv/bin/python
pip() { "$python" -m pip --disable-pip-version-check "$@"; }

about_python='import sys; print(sys.base_prefix, sys.version); sys.exit(sys.version_info < (3, 11))'
environment_is_right() {
  local have
  grep -qF "$root/.venv" .venv/bin/activate 2>/dev/null || return 1 # a moved checkout: its scripts point elsewhere
  have=$("$python" -c "$about_python" 2>/dev/null) || return 1
  [ -z "${PYTHON:-}" ] || [ "$have" = "$("$PYTHON" -c "$about_python" 2>/dev/null)" ]
}

make_environment() {
  local base
  base=$(find_python)
  say "      $base, $("$base" --version)"
  rm -rf .venv
  quietly venv "$base" -m venv .venv
}

have_packages() { [ -f "requirements/$1.txt" ] && current "$stamps/packages-$1" "$(digest <"requirements/$1.txt")"; }
packages_are_installed() {
  # What the tests need contains what the service needs: scripts/lock.sh sees to it.
  have_packages test || { [ "$kind" = run ] && have_packages run; }
}

install_packages() {
  quietly python-packages pip install --require-hashes -r "requirements/$kind.txt"
  stamp "$stamps/packages-$kind" "$(digest <"requirements/$kind.txt")"
}

# compat: one line with the checkout's path, so that a room that comes later is found without another installation.
install_sambut() {
  quietly sambut pip install --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
  stamp "$stamps/sambut" "$(digest <pyproject.toml)"
}

# The stamp is `HOW KEY`. Whatever could not be built is not tried again at each start, only when KEY changes or by `make engine`.
engine_key=
engine_is_installed() {
  engine_key=$(scripts/build-engine.sh --key "$python")
  current "$stamps/engine" "built $engine_key" && return
  current "$stamps/engine" "kept $engine_key" || current "$stamps/engine" "fallback $engine_key" || return 1
  say_how_engine_lacks
}

say_how_engine_lacks() {
  local how
  read -r how _ <"$stamps/engine"
  case $how in
    kept) say "warning: no newer SIP engine could be built; the one that is installed stays. 'make engine' tries again." ;;
    fallback)
      say "warning: **********************************************************************************************"
      say "warning: the SIP engine is the fallback from the package index: at most 4 legs (2 conversations), no Opus,"
      say "warning: no sound devices, an old OpenSSL. For trying out only. 'make engine' tries the build again."
      say "warning: **********************************************************************************************"
      ;;
  esac
}

has_distribution() { "$python" -c 'import importlib.metadata, sys; importlib.metadata.version(sys.argv[1])' "$1" 2>/dev/null; }

install_engine() {
  local wheel how=built
  if wheel=$(scripts/build-engine.sh "$python"); then
    quietly engine pip uninstall --yes pjsua2 pjsua2-python
    quietly engine pip install --no-deps --no-index "$wheel"
  elif has_distribution pjsua2; then
    how=kept
  else
    how=fallback
    has_distribution pjsua2-python || install_fallback
  fi
  stamp "$stamps/engine" "$how $engine_key"
  say_how_engine_lacks
}

install_fallback() {
  "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 13))' ||
    fail "the SIP engine could not be built, and no ready-made one exists for $("$python" --version):" \
      "mend the build (messages above), or use another Python (PYTHON=python3.11)"
  quietly engine pip install --require-hashes --only-binary :all: -r requirements/engine-fallback.txt
}

web_sources() {
  find web -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | digest
}
pages_are_built() { [ -f desk/static/index.html ] && current "$stamps/web" "$(web_sources)"; }

build_pages() {
  use_node
  local installed
  installed=$({ cat web/package-lock.json; node --version; } | digest)
  if ! current web/node_modules/.stamp "$installed"; then
    quietly npm-ci npm --prefix web ci --no-audit --no-fund
    stamp web/node_modules/.stamp "$installed"
  fi
  quietly web-build npm --prefix web run build
  stamp "$stamps/web" "$(web_sources)"
}

# unless NAME CHECK TEXT COMMAND: the step is left out, without a word, when CHECK says that it was done, or nobody wants it.
unless() {
  step_number=$((step_number + 1))
  [ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]] || return 0
  "$2" || step "${@:3}"
}
debian_is_complete() { scripts/debian-packages.sh --check "${lists[@]}"; }
sambut_is_installed() { [ -x .venv/bin/sambut ] && current "$stamps/sambut" "$(digest <pyproject.toml)"; }

unless debian debian_is_complete "Debian packages: once, 1–4 minutes …" scripts/debian-packages.sh "${lists[@]}"
unless environment environment_is_right "Python environment in .venv: once, a few seconds …" make_environment
unless packages packages_are_installed "Python packages: once, about 1 minute …" install_packages
unless engine engine_is_installed "SIP engine: builds once, 2–4 minutes …" install_engine
unless sambut sambut_is_installed "Sambut itself: a few seconds …" install_sambut
unless pages pages_are_built "Web pages: about half a minute …" build_pages
say "everything is in place ($SECONDS s)"
