#!/usr/bin/env bash
# bash fuzz/libfuzzer/run.sh TARGET SECONDS [libFuzzer options…]: coverage-guided fuzzing of one target with libFuzzer (clang). See fuzz/README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ $# -lt 2 ]; then
  echo "usage: fuzz/libfuzzer/run.sh TARGET SECONDS [libFuzzer options…]" >&2
  exit 2
fi
target=$1 seconds=$2
shift 2

fail() {
  echo "$1" >&2
  exit 3
}

# The compiler, and its fuzzer runtime, which Debian has in a package of its own.
build() {
  local clang
  clang=$(command -v clang || compgen -c clang- | grep -E '^clang-[0-9]+$' | sort -V | tail -n 1) || return 1
  "$clang" -O2 -Wall -Werror -fsanitize=fuzzer fuzz/libfuzzer/driver.c -o "$1" 2>/dev/null
}

harness=$PWD/artifacts/fuzz/libfuzzer/$target found=$PWD/artifacts/fuzz/found/$target
dotnet build fuzz/WireProtocols.Fuzz -c Release -v q --nologo
rm -rf "$harness" && mkdir -p "$harness/corpus" "$found"
cp -r fuzz/WireProtocols.Fuzz/bin/Release/net10.0/. "$harness"
dotnet "$harness/WireProtocols.Fuzz.dll" weave "$harness/WireProtocols.dll"
if ! build "$harness/driver"; then
  if [ "$(id -u)" -ne 0 ]; then fail "clang with libFuzzer is missing; on Debian: apt-get install clang libclang-rt-dev"; fi
  apt-get update -q && apt-get install -q -y --no-install-recommends clang libclang-rt-dev
  build "$harness/driver" || fail "clang cannot build the driver"
fi

options=(-max_total_time="$seconds" -max_len=4096 -timeout=20 -artifact_prefix="$found/" -print_final_stats=1)
if [ -f "fuzz/dictionaries/$target.dict" ]; then options+=(-dict="fuzz/dictionaries/$target.dict"); fi

export FUZZ_TARGET="exec dotnet '$harness/WireProtocols.Fuzz.dll' serve '$target'" DOTNET_TieredPGO=0 DOTNET_gcServer=0
status=0
"$harness/driver" "${options[@]}" "$@" "$harness/corpus" "fuzz/corpus/$target" || status=$?
if compgen -G "$found/crash-*" >/dev/null; then
  dotnet fuzz/WireProtocols.Fuzz/bin/Release/net10.0/WireProtocols.Fuzz.dll replay "$target" "$found"/crash-* || true
fi
exit "$status"
