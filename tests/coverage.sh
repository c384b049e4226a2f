#!/usr/bin/env bash
# bash tests/coverage.sh [FILE]: how many branches of src/WireProtocols the unit tests take, those over the fuzz corpora included; with the tests
# against real peers where INTEROP=1 is set. The table goes to stdout, every branch that is not taken to FILE (artifacts/coverage/branches.txt by default).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$PWD/artifacts/coverage
file=${1:-$out/branches.txt}
mkdir -p "$out"
measure() {
  dotnet test "tests/$1" -c Release -p:CollectCoverage=true "-p:Include=[WireProtocols]*" -p:CoverletOutput="$out/$1.xml" -p:CoverletOutputFormat=cobertura \
    >"$out/$1.log" 2>&1 || { tail -n 20 "$out/$1.log"; return 1; }
}
rm -f "$out"/*.xml
measure WireProtocols.Tests
if [ "${INTEROP:-0}" = 1 ]; then measure WireProtocols.InteropTests; fi
python3 tests/coverage.py "$file" "$out"/*.xml
