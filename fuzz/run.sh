#!/usr/bin/env bash
# fuzz/run.sh TARGET SECONDS [afl-fuzz options…]: coverage-guided fuzzing of one target with AFL++. See fuzz/README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -lt 2 ]; then
  echo "usage: fuzz/run.sh TARGET SECONDS [afl-fuzz options…]" >&2
  exit 2
fi
target=$1 seconds=$2
shift 2

if ! command -v afl-fuzz >/dev/null; then
  echo "afl-fuzz is missing; on Debian: apt-get install afl++" >&2
  if [ "$(id -u)" -ne 0 ]; then exit 3; fi
  apt-get update -q && apt-get install -q -y --no-install-recommends afl++
fi

# The harness gets its own copy of the library, woven; the build's own stays as it is.
harness=$PWD/artifacts/fuzz/harness found=$PWD/artifacts/fuzz/found/$target
dotnet build fuzz/WireProtocols.Fuzz -c Release -v q --nologo
rm -rf "$harness.$target" "$found"
mkdir -p "$harness.$target" "$found"
cp -r fuzz/WireProtocols.Fuzz/bin/Release/net10.0/. "$harness.$target"
dotnet "$harness.$target/WireProtocols.Fuzz.dll" weave "$harness.$target/WireProtocols.dll"

options=(-i "fuzz/corpus/$target" -o "$found" -V "$seconds" -t 5000 -m none -G 65536)
if [ -f "fuzz/dictionaries/$target.dict" ]; then options+=(-x "fuzz/dictionaries/$target.dict"); fi

# AFL cannot look into the runtime's binary, and does not have to; the rest lets it run in containers, quietly.
export AFL_SKIP_BIN_CHECK=1 AFL_OLD_FORKSERVER=1 AFL_NO_UI=1 AFL_FORKSRV_INIT_TMOUT=60000
export AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
export DOTNET_TieredPGO=0 DOTNET_gcServer=0

status=0
afl-fuzz "${options[@]}" "$@" -- dotnet "$harness.$target/WireProtocols.Fuzz.dll" serve "$target" >"$found/afl.log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
  # A hang or the death of the process takes the fork server along; the input it died on is still there.
  tail -n 20 "$found/afl.log"
  if [ -f "$found/default/.cur_input" ]; then
    cp "$found/default/.cur_input" "$found/last-input"
    echo "afl-fuzz stopped; the last input is $found/last-input" >&2
  fi
  exit "$status"
fi

grep -E '^(run_time|execs_done|execs_per_sec|corpus_count|edges_found|stability|saved_crashes|saved_hangs) ' "$found/default/fuzzer_stats"
if compgen -G "$found/default/crashes/id*" >/dev/null; then
  dotnet fuzz/WireProtocols.Fuzz/bin/Release/net10.0/WireProtocols.Fuzz.dll replay "$target" "$found"/default/crashes/id*
fi
