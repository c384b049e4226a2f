#!/usr/bin/env bash
# Builds the native peers and the load client into artifacts/native (or the folder given), which git ignores. Nothing is downloaded.
#
#   bash bench/native/build.sh [FOLDER]
#
# What a target needs comes from the system (bench/README.md has the packages) or from folders that environment variables name:
#   UWEBSOCKETS_DIR, USOCKETS_DIR   the sources of uWebSockets and of uSockets
#   PICOHTTPPARSER_DIR              the sources of picohttpparser
#   TUNGSTENITE_DIR, TOKIO_TUNGSTENITE_DIR   the sources of both, where Debian's package is not installed; the other crates are Debian's
#   LLHTTP_DIR                      the generated sources of llhttp (include/llhttp.h and src/*.c), where it is not installed
# A line a target: `built NAME`, or `skipped NAME: why`. The exit status is 1 when something that needs only a compiler does not compile.
set -Eeuo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
output=${1:-$root/artifacts/native}
mkdir -p "$output/logs" "$output/objects"
output=$(cd "$output" && pwd)

for name in UWEBSOCKETS_DIR USOCKETS_DIR PICOHTTPPARSER_DIR LLHTTP_DIR TUNGSTENITE_DIR TOKIO_TUNGSTENITE_DIR; do
  if [ -z "${!name:-}" ]; then continue; fi
  if [ ! -d "${!name}" ]; then
    echo "$name=${!name} is no folder" >&2
    exit 2
  fi
  export "$name=$(cd "${!name}" && pwd)"
done

cd "$root/bench/native"
CXX=${CXX:-g++}
CC=${CC:-gcc}
flags=(-O3 -march=native -Wall -Wextra)
cxx_flags=(-std=c++20 "${flags[@]}")
status=0

skip() { rm -f "$output/$1"; echo "skipped $1: $2"; }

# build NAME COMMAND…: runs the command, whose output goes to a log.
build() {
  local name=$1
  shift
  if "$@" >"$output/logs/$name.log" 2>&1; then
    echo "built $name"
  else
    local log=$output/logs/$name.log
    skip "$name" "it does not compile ($log): $(grep -m 1 -E 'error|cannot' "$log" || tail -n 1 "$log")"
    return 1
  fi
}

has_header() { echo "#include <$1>" | "$CXX" "${cxx_flags[@]}" -fsyntax-only -x c++ - "${@:2}" 2>/dev/null; }

# own NAME SOURCE…: a program that needs nothing but the compiler.
own() { build "$1" "$CXX" "${cxx_flags[@]}" "${@:2}" -o "$output/$1" || status=1; }

# library NAME SOURCE [FLAGS…]: native peers of `compare`.
library() { build "libpeer-$1.so" "$CXX" "${cxx_flags[@]}" -fPIC -shared -fvisibility=hidden "codecs/$2" "${@:3}" -o "$output/libpeer-$1.so"; }

# installed NAME HEADER SOURCE [FLAGS…]: the same, where the header is installed.
installed() {
  if has_header "$2"; then library "$1" "$3" "${@:4}" || true; else skip "libpeer-$1.so" "<$2> is not installed"; fi
}

# crate NAME SOURCE CRATE [FLAGS…]: a library of a Rust crate that Debian's package has put under /usr/share/cargo.
crate() {
  local peer=$1 source=$2 crate=$3 sources
  sources=$(ls -d "/usr/share/cargo/registry/$crate"-[0-9]* 2>/dev/null | tail -n 1 || true)
  if ! command -v rustc >/dev/null || [ -z "$sources" ]; then
    skip "libpeer-$peer.so" "rustc and librust-$crate-dev are not both installed"
    return
  fi

  build_crate() {
    rustc --edition 2018 -C opt-level=3 -C target-cpu=native -C panic=abort --cap-lints allow --crate-type rlib --crate-name "$crate" \
      "$@" "$sources/src/lib.rs" -o "$output/objects/lib$crate.rlib" || return 1
    rustc --edition 2021 -C opt-level=3 -C target-cpu=native -C panic=abort --crate-type cdylib --crate-name "peer_$peer" \
      --extern "$crate=$output/objects/lib$crate.rlib" "codecs/rust/$source" -o "$output/libpeer-$peer.so"
  }
  build "libpeer-$peer.so" build_crate "${@:4}" || true
}

has_uwebsockets() { [ -n "${UWEBSOCKETS_DIR:-}" ] && [ -n "${USOCKETS_DIR:-}" ]; }

uws_echo() {
  if ! has_uwebsockets; then
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

beast_echo() {
  if ! has_header boost/beast/websocket.hpp; then
    skip beast-echo "<boost/beast/websocket.hpp> is not installed"
    return
  fi

  build beast-echo "$CXX" "${cxx_flags[@]}" servers/beast-echo.cpp -pthread -o "$output/beast-echo" || true
}

# Debian has the sources of Go's packages under /usr/share/gocode.
gorilla_echo() {
  if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/github.com/gorilla/websocket ]; then
    skip gorilla-echo "golang-go and golang-github-gorilla-websocket-dev are not both installed"
    return
  fi

  build gorilla-echo env GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= go build -o "$output/gorilla-echo" ./servers/gorilla-echo || true
}

tungstenite_echo() {
  local configuration=(--config 'source.crates-io.replace-with="debian"' --config 'source.debian.directory="/usr/share/cargo/registry"')
  if [ -n "${TUNGSTENITE_DIR:-}" ] && [ -n "${TOKIO_TUNGSTENITE_DIR:-}" ]; then
    configuration+=(--config "patch.crates-io.tungstenite.path=\"$TUNGSTENITE_DIR\""
      --config "patch.crates-io.tokio-tungstenite.path=\"$TOKIO_TUNGSTENITE_DIR\"")
  elif ! compgen -G '/usr/share/cargo/registry/tokio-tungstenite-[0-9]*' >/dev/null; then
    skip tungstenite-echo "neither librust-tokio-tungstenite-dev is installed, nor do TUNGSTENITE_DIR and TOKIO_TUNGSTENITE_DIR name sources"
    return
  fi

  if ! command -v cargo >/dev/null; then
    skip tungstenite-echo "cargo is not installed"
    return
  fi

  # Cargo writes a lock file beside the manifest.
  local sources=$output/objects/tungstenite-echo
  build_tungstenite() {
    mkdir -p "$sources" && cp -r servers/tungstenite-echo/. "$sources" || return 1
    (cd "$sources" && RUSTFLAGS='-C target-cpu=native' cargo build --release --offline "${configuration[@]}") || return 1
    cp "$sources/target/release/tungstenite-echo" "$output/tungstenite-echo"
  }
  build tungstenite-echo build_tungstenite || true
}

uws_codecs() {
  if ! has_uwebsockets; then
    skip libpeer-uwebsockets.so "UWEBSOCKETS_DIR and USOCKETS_DIR do not name its sources"
    return
  fi

  # Its headers warn; that is not ours to mend.
  library uwebsockets uwebsockets.cpp -DLIBUS_NO_SSL -DUWS_NO_ZLIB -isystem "$UWEBSOCKETS_DIR/src" -isystem "$USOCKETS_DIR/src" || true
}

picohttpparser() {
  if [ -z "${PICOHTTPPARSER_DIR:-}" ]; then
    skip libpeer-picohttpparser.so "PICOHTTPPARSER_DIR does not name its sources"
    return
  fi

  build_picohttpparser() {
    "$CC" -O3 -march=native -fPIC -c "$PICOHTTPPARSER_DIR/picohttpparser.c" -o "$output/objects/picohttpparser.o" || return 1
    "$CXX" "${cxx_flags[@]}" -fPIC -shared -fvisibility=hidden -I"$PICOHTTPPARSER_DIR" codecs/picohttpparser.cpp \
      "$output/objects/picohttpparser.o" -o "$output/libpeer-picohttpparser.so"
  }
  build libpeer-picohttpparser.so build_picohttpparser || true
}

llhttp() {
  if [ -z "${LLHTTP_DIR:-}" ]; then
    installed llhttp llhttp.h llhttp.cpp -lllhttp
    return
  fi

  build_llhttp() {
    mkdir -p "$output/objects/llhttp"
    (cd "$output/objects/llhttp" && "$CC" -O3 -march=native -fPIC -I"$LLHTTP_DIR/include" -c "$LLHTTP_DIR"/src/*.c) || return 1
    "$CXX" "${cxx_flags[@]}" -fPIC -shared -fvisibility=hidden -I"$LLHTTP_DIR/include" codecs/llhttp.cpp "$output"/objects/llhttp/*.o \
      -o "$output/libpeer-llhttp.so"
  }
  build libpeer-llhttp.so build_llhttp || true
}

if ! command -v "$CXX" >/dev/null; then
  skip echo-client "$CXX is not installed; nothing else is built either"
  exit 0
fi

own echo-client client/echo-client.cpp
own fan-out-client client/fan-out-client.cpp
own epoll-echo servers/epoll-echo.cpp
uws_echo
beast_echo
gorilla_echo
tungstenite_echo

library floor floor.cpp || status=1
picohttpparser
llhttp
uws_codecs
installed beast boost/beast/http.hpp beast.cpp
installed simdjson simdjson.h simdjson.cpp -lsimdjson
installed simdutf simdutf.h simdutf.cpp -lsimdutf
installed wslay wslay/wslay.h wslay.cpp -lwslay
installed openssl openssl/sha.h openssl.cpp -lcrypto
crate simdutf8 utf8.rs simdutf8 --cfg 'feature="std"'
crate httparse http.rs httparse --cfg 'feature="std"' --cfg httparse_simd --cfg httparse_simd_target_feature_sse42 \
  --cfg httparse_simd_target_feature_avx2
exit "$status"
