#!/usr/bin/env bash
# Builds the native peers and the load client into artifacts/native (or the folder given), which git ignores. Nothing is downloaded.
#
#   bash bench/native/build.sh [FOLDER]
#
# What a target needs comes from the system (bench/README.md has the packages) or from folders that environment variables name:
#   UWEBSOCKETS_DIR, USOCKETS_DIR   the sources of uWebSockets and of uSockets
#   PICOHTTPPARSER_DIR              the sources of picohttpparser
#   LLHTTP_DIR, SIMDUTF_DIR         include/ and lib/ of llhttp and simdutf, where they are not installed
# A line a target: `built NAME`, or `skipped NAME: why`. The exit status is 1 when one of our own needs nothing that is missing and still does not compile.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

output=${1:-../../artifacts/native}
mkdir -p "$output/logs"
output=$(cd "$output" && pwd)
CXX=${CXX:-g++}
CC=${CC:-gcc}
flags=(-O3 -march=native -Wall -Wextra)
cxx_flags=(-std=c++20 "${flags[@]}")
status=0

skip() { rm -f "$output/$1"; echo "skipped $1: $2"; }

# build NAME COMMAND…: is up to date, or runs the command, whose output goes to a log.
build() {
  local name=$1
  shift
  if "$@" >"$output/logs/$name.log" 2>&1; then
    echo "built $name"
  else
    skip "$name" "it does not compile ($output/logs/$name.log): $(grep -m 1 -E 'error|cannot' "$output/logs/$name.log" || tail -n 1 "$output/logs/$name.log")"
    return 1
  fi
}

has_header() { echo "#include <$1>" | "$CXX" "${cxx_flags[@]}" -fsyntax-only -x c++ - "${@:2}" 2>/dev/null; }

own() { build "$1" "$CXX" "${cxx_flags[@]}" "${@:2}" -o "$output/$1" || status=1; }

uws_echo() {
  if [ -z "${UWEBSOCKETS_DIR:-}" ] || [ -z "${USOCKETS_DIR:-}" ]; then
    skip uws-echo "UWEBSOCKETS_DIR and USOCKETS_DIR do not name its sources"
    return
  fi

  local objects=$output/objects/usockets
  rm -rf "$objects" && mkdir -p "$objects"
  local c_flags=(-std=c11 -O3 -march=native -flto -DLIBUS_NO_SSL -I"$USOCKETS_DIR/src")
  build_uws() {
    (cd "$objects" && "$CC" "${c_flags[@]}" -c "$USOCKETS_DIR"/src/*.c "$USOCKETS_DIR"/src/eventing/*.c) || return 1
    "$CXX" -std=c++20 -O3 -march=native -flto=auto -DLIBUS_NO_SSL -DUWS_NO_ZLIB -I"$UWEBSOCKETS_DIR/src" -I"$USOCKETS_DIR/src" \
      servers/uws-echo.cpp "$objects"/*.o -pthread -o "$output/uws-echo"
  }
  build uws-echo build_uws || true
}

if ! command -v "$CXX" >/dev/null; then
  echo "skipped everything: $CXX is not installed"
  exit 0
fi

own echo-client client/echo-client.cpp
own epoll-echo servers/epoll-echo.cpp
uws_echo
exit "$status"
