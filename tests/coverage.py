"""The table of tests/coverage.sh: coverage.py OUTPUT REPORT… adds up Cobertura reports, taking of each line the best that any of them says."""

import collections
import re
import sys
import xml.etree.ElementTree as ElementTree

output, reports = sys.argv[1], sys.argv[2:]
lines = {}
for report in reports:
    for kind in ElementTree.parse(report).iter("class"):
        path = kind.get("filename").split("src/WireProtocols/")[-1]
        for line in kind.iter("line"):
            if line.get("branch") != "True" or path.startswith("obj/"):
                continue
            taken, total = map(int, re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage")).groups())
            key = path, int(line.get("number"))
            lines[key] = max(lines.get(key, (0, 0)), (taken, total))

folders = collections.defaultdict(lambda: [0, 0])
for (path, _), (taken, total) in lines.items():
    folders[path.split("/")[0]][0] += taken
    folders[path.split("/")[0]][1] += total
print("| folder | branches | taken | |")
print("|---|---|---|---|")
for folder, (taken, total) in sorted(folders.items()):
    print(f"| `{folder}` | {total:,} | {taken:,} | {taken / total:.1%} |")
taken = sum(t for t, _ in folders.values())
total = sum(n for _, n in folders.values())
print(f"| all | {total:,} | {taken:,} | {taken / total:.1%} |")
with open(output, "w", encoding="utf-8") as file:
    for (path, number), (taken, total) in sorted(lines.items()):
        if taken < total:
            file.write(f"{path}:{number} {taken} of {total}\n")
