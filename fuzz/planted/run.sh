#!/usr/bin/env bash
# bash fuzz/planted/run.sh [SECONDS] [NAME…]: plants each fault of bugs.txt in a copy of the sources, and says how soon its target finds it.
# Exit status 1 when one is not found within SECONDS (120 by default).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=120
if [[ ${1:-} =~ ^[0-9]+$ ]]; then seconds=$1 && shift; fi

root=$PWD copy=$PWD/artifacts/planted
rm -rf "$copy"
mkdir -p "$copy/src" "$copy/fuzz"
cp Directory.Build.props Directory.Packages.props global.json .editorconfig README.md "$copy"
cp -r src/WireProtocols src/WireProtocols.Testing src/WireProtocols.Generators "$copy/src"
cp -r fuzz/WireProtocols.Fuzz fuzz/corpus "$copy/fuzz"

bin=fuzz/WireProtocols.Fuzz/bin/Release/net10.0

# The library alone is built anew; what stands around it stays as it is.
build() {
  (cd "$copy" && dotnet build src/WireProtocols -c Release -v q --nologo --no-restore --no-dependencies -p:RunAnalyzers=false \
    && cp src/WireProtocols/bin/Release/net10.0/WireProtocols.{dll,pdb} "$bin") >"$copy/build.log" 2>&1
}

(cd "$copy" && dotnet build fuzz/WireProtocols.Fuzz -c Release -v q --nologo -p:RunAnalyzers=false) >"$copy/build.log" 2>&1

total=0 found=0
plant() {
  local name=$1 target=$2 file=src/WireProtocols/$3 old=$4 new=$5
  if ! OLD=$old NEW=$new python3 - "$root/$file" "$copy/$file" <<'PY'
import os, sys
text = open(sys.argv[1], encoding="utf-8").read()
old, new = os.environ["OLD"], os.environ["NEW"]
if text.count(old) != 1:
    sys.exit(f"the text stands there {text.count(old)} times")
open(sys.argv[2], "w", encoding="utf-8").write(text.replace(old, new))
PY
  then echo "STALE $name"; total=$((total + 1)); return; fi
  total=$((total + 1))
  if ! build; then echo "BROKEN $name: $(grep -m 1 -o 'error.*' "$copy/build.log")"; cp "$root/$file" "$copy/$file"; return; fi
  local started=$SECONDS status=0
  (cd "$copy" && dotnet "$bin/WireProtocols.Fuzz.dll" run "$target" --seconds "$seconds" --jobs 2 --keep "$copy/found") \
    >"$copy/run.log" 2>&1 || status=$?
  if grep -q '^FOUND' "$copy/run.log"; then
    found=$((found + 1))
    local executions
    executions=$(grep -B 1 -m 1 '^FOUND' "$copy/run.log" | grep -oE '[0-9]+ executions' | head -n 1)
    echo "found  $name by $target after $executions, $((SECONDS - started)) s: $(grep -m 1 '^FOUND' "$copy/run.log" | cut -c 7-110)"
  else
    echo "MISSED $name by $target in $seconds s (status $status)"
  fi
  cp "$root/$file" "$copy/$file"
}

name='' old='' new=''
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '='*) read -r _ name target file <<<"$line" ;;
    '-'*) old=${line:1} ;;
    '+'*)
      new=${line:1}
      if [ $# -eq 0 ] || [[ " $* " == *" $name "* ]]; then plant "$name" "$target" "$file" "$old" "$new" </dev/null; fi
      ;;
  esac
done <fuzz/planted/bugs.txt
echo "$found of $total found"
[ "$found" -eq "$total" ]
