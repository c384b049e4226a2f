#!/usr/bin/env bash
# bash fuzz/overnight.sh [SECONDS] [FILE]: searches through all targets, SECONDS each (300 by default), again and again with new seeds, until it is
# stopped (Ctrl+C) or finds something. A line a search goes to FILE (artifacts/fuzz/overnight.jsonl by default); fuzz/table.sh makes a table of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-300} file=${2:-artifacts/fuzz/overnight.jsonl}
mkdir -p "$(dirname "$file")"
dotnet build fuzz/WireProtocols.Fuzz -c Release -v q --nologo
tool=(dotnet fuzz/WireProtocols.Fuzz/bin/Release/net10.0/WireProtocols.Fuzz.dll)
jobs=$(nproc)
seed=$(date +%s)
while true; do
  for target in $("${tool[@]}" list); do
    "${tool[@]}" run "$target" --seconds "$seconds" --seed "$seed" --jobs "$jobs" --json "$file"
    seed=$((seed + jobs))
  done
done
