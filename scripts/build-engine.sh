#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds pjsua2 (the SIP engine) from source as a self-contained wheel and prints the wheel's path.
#
#   scripts/build-engine.sh [--key] PYTHON
#
# SAMBUT_SANITIZE=1 builds it with the address and undefined-behaviour sanitizers, for `make fuzz`.
# PYTHON is the interpreter the wheel is for. The wheel is cached in $SAMBUT_CACHE/engine/KEY, where KEY covers everything
# that shapes it: this recipe with its steps (docs/engine.md), its tools, the interpreter, the architecture and the versions
# of the system libraries that are bundled, installed and in the archive, so a security update of OpenSSL makes a new
# engine. --key only prints KEY. Progress goes to standard error.
#
# Source, first that works: $SAMBUT_PJPROJECT (a folder or a .tar.* file), the one that the steps were written for as kept in
# $SAMBUT_CACHE/engine/sources, then Debian's source package `asterisk` in the suite `sid`, which carries pjproject whole and
# is vouched for by the archive's signature. That suite moves on: another version than the known one is told, and used; the
# steps look for themselves whether it will do. SRTP's library comes from Debian's source package `libsrtp2`; where that is
# not to be had, the installed one has to do.
set -euo pipefail

only_key=
if [ "${1:-}" = --key ]; then only_key=1; shift; fi
python=${1:?usage: build-engine.sh [--key] PYTHON}
python=$(realpath -s "$(command -v "$python")") # an absolute one: the folder changes; the link is what makes it a venv's
here=$(cd "$(dirname "$0")" && pwd)
build_tools=$here/../requirements/engine.txt
cache=${SAMBUT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sambut}/engine
say() { printf 'engine: %s\n' "$*" >&2; }

# The source that the steps in engine/steps were written for and tried on: pjproject 2.17 of 22 April 2026.
known_source=6860c2f7604b4eee75f38151a9ef69774eb3f0c5286fc1d14bc1db2dc5a9e8aa
sources=$cache/sources

libraries=(libssl3 libssl3t64 libsrtp2-1 libopus0 libspeex1 libspeexdsp1 libgsm1 libasound2 libasound2t64 libuuid1 libnss3)
# in_archive PACKAGE…: the version of each that the archive's lists on this machine offer, as `PACKAGE VERSION`.
in_archive() {
  LC_ALL=C apt-cache policy "$@" 2>/dev/null |
    awk '/^[^ ]+:$/ { name = substr($1, 1, length($1) - 1) } $1 == "Candidate:" && $2 != "(none)" { print name, $2 }' || true
}
# older PACKAGE…: those that are installed in an older version than the archive has, one a line
older() {
  local name candidate installed
  while read -r name candidate; do
    installed=$(dpkg-query -W -f '${Version}' "$name" 2>/dev/null) || continue
    [ -z "$installed" ] || dpkg --compare-versions "$installed" ge "$candidate" || printf '%s\n' "$name $installed, not $candidate"
  done < <(in_archive "$@")
}
key() {
  {
    cat "$here/build-engine.sh" "$build_tools"
    find "$here/engine" -type f -name '*.[chipy]*' ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum |
      sed "s#$here/##"
    "$python" -c 'import sys, sysconfig; print(sys.version_info[:2], sysconfig.get_platform())'
    printf '%s\n' "${SAMBUT_PJPROJECT:-}" "${SAMBUT_SANITIZE:-}"
    dpkg-query -W -f '${Package} ${Version}\n' "${libraries[@]}" 2>/dev/null || true
    in_archive "${libraries[@]}"
  } | sha256sum | cut -c1-16
}
key=$(key)
if [ -n "$only_key" ]; then printf '%s\n' "$key"; exit 0; fi
store=$cache/$key

cached() { find "$store" -maxdepth 1 -name 'pjsua2-*.whl' 2>/dev/null | sed 1q || true; }
wheel=$(cached)
if [ -n "$wheel" ]; then printf '%s\n' "$wheel"; exit 0; fi

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
wheel=$(cached)
if [ -n "$wheel" ]; then printf '%s\n' "$wheel"; exit 0; fi

work=$(mktemp -d "${TMPDIR:-/tmp}/sambut-engine.XXXXXX")
log=$cache/build.log
trap 'rm -rf "$work"' EXIT
: >"$log"
fail() { say "failed: $*; the log is $log"; tail -n 15 "$log" >&2; exit 1; }

# The address comes from the machine's own apt sources: the first http(s) archive whose path ends in /debian.
archive() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    grep -vE '^ *#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' '
}

# debian_source SUITE PACKAGE [OPTION]: fetch a source package into the current folder, and unpack it unless told otherwise.
debian_source() {
  local url lists=$work/lists/$1 parts=$work/parts/$1
  url=$(archive)
  [ -n "$url" ] || { echo "no Debian archive in /etc/apt" >>"$log"; return 1; }
  mkdir -p "$lists/partial" "$parts"
  chmod -R a+rX "$work"
  printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$url" "$1" >"$parts/engine.sources"
  local options=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$parts" -o "Dir::State::Lists=$lists"
    -o "Dir::Cache::srcpkgcache=$lists/srcpkgcache.bin" -o "Dir::Cache::pkgcache=$lists/pkgcache.bin" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update >>"$log" 2>&1 && apt-get "${options[@]}" source "${@:3}" "$2" >>"$log" 2>&1
}

sum() { sha256sum <"$1" | cut -c1-64; }

# The known source if it is kept; else what Debian has now, which is kept as sources/pjproject-SHA256.tar.*; else, without the
# archive, whichever was kept last.
fetch_pjproject() {
  local kept=$sources/pjproject-$known_source.tar.xz
  [ ! -f "$kept" ] || [ "$(sum "$kept")" = "$known_source" ] || rm -f "$kept" # torn, or not what its name says
  if [ ! -f "$kept" ]; then
    download_pjproject || say "warning: Debian's archive could not be used for pjproject; looking for a source kept before"
    [ -f "$kept" ] || kept=$(find "$sources" -name 'pjproject-*.tar.*' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-)
  fi
  [ -n "$kept" ] && unpack "$kept" || return 1
  [ "$(sum "$kept")" = "$known_source" ] ||
    say "WARNING: this source of pjproject is not the known one (sha256 $(sum "$kept")); each step looks whether it still fits"
}

download_pjproject() {
  local got
  mkdir -p "$work/asterisk" "$sources"
  (cd "$work/asterisk" && debian_source sid asterisk --download-only) || return 1
  got=$(find "$work/asterisk" -name '*.orig-Xpjproject.tar.*' | head -n 1)
  [ -s "$got" ] && cp "$got" "$sources/pjproject-$(sum "$got").tar.${got##*.}"
}

unpack() {
  [ -s "$1" ] || return 1
  mkdir -p "$work/src"
  tar xf "$1" -C "$work/src" --strip-components=1
}

# Debian's own libsrtp2 takes its ciphers from NSS, at three times OpenSSL's cost for each packet (docs/performance.md). This
# one is of the same release, with Debian's patches and OpenSSL, and is linked into the wheel.
build_srtp() {
  mkdir -p "$work/libsrtp2"
  cd "$work/libsrtp2"
  debian_source "$(. /etc/os-release && printf %s "${VERSION_CODENAME:-}")" libsrtp2 || return 1
  cd libsrtp2-*/ || return 1
  { CFLAGS=$flags ./configure --enable-openssl --prefix="$1" && make libsrtp2.a && make install; } >>"$log" 2>&1
}

while read -r line; do
  say "warning: an old library goes into the engine: $line (apt-get upgrade, then build again)"
done < <(older "${libraries[@]}")

# -O3: the compiler then does the bridge's loops (levels, gains, mixing) for eight samples at once.
# A step past the end of something on the stack, or of a copy whose room is known, ends the process and is no way in.
hardened='-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2' hardened_links=-Wl,-z,relro,-z,now
flags="-O3 -fPIC -g0 $hardened" wrapper_flags="-O1 -g0 $hardened"
# Signed shifts, unaligned reads and copies of nothing from nowhere are how the library is written; they hide nothing.
[ -z "${SAMBUT_SANITIZE:-}" ] || {
  flags='-O1 -g -fPIC -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize=shift,alignment,nonnull-attribute'
  wrapper_flags='-O0 -g0 -fsanitize=address,undefined'
}
say "step 1 of 4: the source of pjproject, and SRTP's library (about 20 s)"
if [ -n "${SAMBUT_PJPROJECT:-}" ]; then
  if [ -d "$SAMBUT_PJPROJECT" ]; then cp -a "$SAMBUT_PJPROJECT" "$work/src"; else unpack "$SAMBUT_PJPROJECT"; fi ||
    fail "cannot read SAMBUT_PJPROJECT=$SAMBUT_PJPROJECT"
else
  fetch_pjproject || fail "no source: Debian's archive could not be used (or set SAMBUT_PJPROJECT)"
fi
srtp=$work/srtp
(build_srtp "$srtp") ||
  say "warning: no source of libsrtp2 from Debian's archive: browser headsets will cost a fifth more with the installed one"
cd "$work/src"
version=$(sed -nE 's/^export PJ_VERSION_(MAJOR|MINOR) *:= *([0-9]+).*/\2/p' version.mak | paste -sd.)
[ "$(printf '%s\n2.15\n' "$version" | sort -V | head -n 1)" = 2.15 ] || fail "pjproject $version is older than 2.15"

# Debian removes this file for its licence, while a makefile still names it; the null and ALSA devices are all we use.
audiodev=pjmedia/src/pjmedia-audiodev/bdimad_dev.c
[ -e "$audiodev" ] || : >"$audiodev"

export PYTHONDONTWRITEBYTECODE=1
edited=$("$python" "$here/engine/apply.py" . 2>&1) || { say "$edited"; fail "pjproject $version is not as our steps expect it"; }
[ -z "$edited" ] || say "$edited"

cat >pjlib/include/pj/config_site.h <<'SITE'
#define NDEBUG 1
#define PJ_LOG_MAX_LEVEL 3
#define PJSUA_MAX_CALLS 1024
#define PJSUA_MAX_CONF_PORTS 4096
#define PJSUA_MAX_PLAYERS 1024
#define PJSUA_MAX_RECORDERS 1024
#define PJSUA_MAX_ACC 64
#define PJ_IOQUEUE_MAX_HANDLES 8192
#define PJSIP_MAX_TSX_COUNT 16383
#define PJSIP_MAX_DIALOG_COUNT 8191
#define PJSIP_MAX_PKT_LEN 16000
#define PJMEDIA_SRTP_HAS_DTLS 1
/* The cheapest cipher a browser speaks (RFC 7714), and the library's first choice once it is there. libsrtp 2 has it under
   another name than pjproject thinks. */
#define PJMEDIA_SRTP_HAS_AES_GCM_128 1
#define srtp_aes_gcm_128_openssl srtp_aes_gcm_128
/* Recordings are written half a second at a time (16 kHz), not an eighth. */
#define PJMEDIA_FILE_PORT_BUFSIZE 16000
/* A flood fills a socket's queue before anybody can look at it. Linux gives as much as net.core.rmem_max allows. */
#define PJSIP_UDP_SO_RCVBUF_SIZE (4*1024*1024)
/* A connection that has not brought one whole message by then is closed; many may come at once. */
#define PJSIP_TRANSPORT_SERVER_IDLE_TIME_FIRST 10
#define PJSIP_TCP_TRANSPORT_BACKLOG 128
#define PJSIP_TLS_TRANSPORT_BACKLOG 128
#define PJ_ICE_MAX_CAND 64
#define PJ_ICE_MAX_CHECKS 256
/* One thread waits on each I/O queue, so none has to be kept from waking with it. The default (EPOLLEXCLUSIVE) takes the
   socket out of the set and in again for each packet: a tenth of what a call costs. */
#define PJ_IOQUEUE_DEFAULT_EPOLL_FLAGS 0
SITE

# Each piece of a pool is a piece of memory of its own then, and a step past its end is seen.
[ -z "${SAMBUT_SANITIZE:-}" ] || printf '#define PJ_POOL_DEBUG 1\n' >>pjlib/include/pj/config_site.h

say "step 2 of 4: configure pjproject $version (about 20 s)"
export LDFLAGS="-L$srtp/lib $hardened_links"
# LIBS: a static libsrtp2 does not name what it needs itself, and configure would find it without its `srtp_shutdown`.
LIBS=-lcrypto CFLAGS="$flags -I$srtp/include" CXXFLAGS=$flags ./configure --disable-video --disable-libyuv --disable-ilbc-codec \
  --disable-g7221-codec --disable-resample --enable-speex-resample --with-external-gsm --with-external-speex \
  --with-external-srtp --disable-libwebrtc --enable-epoll >>"$log" 2>&1 || fail configure

say "step 3 of 4: compile (1 to 4 minutes)"
make -j"$(nproc)" lib >>"$log" 2>&1 || fail compile

say "step 4 of 4: the Python wheel (about 1 minute)"
"$python" -m venv "$work/tools" >>"$log" 2>&1 || fail "python -m venv"
"$work/tools/bin/pip" install -q --require-hashes -r "$build_tools" >>"$log" 2>&1 || fail "build tools"
export PATH="$work/tools/bin:$PATH"
cd pjsip-apps/src/swig/python
CFLAGS=$wrapper_flags make wheel PYTHON_EXE="$work/tools/bin/python" >>"$log" 2>&1 || fail wheel
if [ -n "${SAMBUT_SANITIZE:-}" ]; then
  mkdir -p "$work/out" && cp dist/pjsua2-*.whl "$work/out/" # the sanitizer's library stays this machine's own
else
auditwheel repair --plat "$(auditwheel show dist/pjsua2-*.whl 2>>"$log" | grep -oE 'manylinux_2_[0-9]+_[a-z0-9_]+' | head -n 1)" \
  -w "$work/out" dist/pjsua2-*.whl >>"$log" 2>&1 || fail "auditwheel repair"
fi
mkdir -p "$store"
cp "$work"/out/pjsua2-*.whl "$store/"
say "done: pjproject $version, kept in $store"
cached
