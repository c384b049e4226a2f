#!/usr/bin/env bash
# bash fuzz/table.sh [FILE…]: the table of FINDINGS.md from what searches wrote with --json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python3 - "${@:-artifacts/fuzz/overnight.jsonl}" <<'PY'
import json
import sys

targets = {}
for file in sys.argv[1:]:
    for line in open(file, encoding="utf-8"):
        row = json.loads(line)
        of = targets.setdefault(row["target"], {"executions": 0, "structured": 0, "edges": 0, "seconds": 0, "last": 0.0, "searches": 0})
        of["executions"] += row["executions"]
        of["structured"] += row["structured"]
        of["seconds"] += row["seconds"]
        of["searches"] += 1
        of["edges"] = max(of["edges"], row["edges"])
        of["last"] = max(of["last"], row["last_new"] / row["executions"])
print("| target | searches | seconds | executions | by elements | edges | last new one after |")
print("|---|---|---|---|---|---|---|")
for name, of in targets.items():
    print(f"| `{name}` | {of['searches']} | {of['seconds']:,.0f} | {of['executions']:,} | {of['structured']:,} | {of['edges']:,} | {of['last']:.0%} |")
total = sum(of["executions"] for of in targets.values())
print(f"| all | | {sum(of['seconds'] for of in targets.values()):,.0f} | {total:,} | {sum(of['structured'] for of in targets.values()):,} | | |")
PY
