"""Prints those of some files of vectors whose formats the tool knows: known_vectors.py "sse chunked ..." FILE...

Of a file that has another format, one line on stderr says which.
"""

import json
import sys

FORMATS_OF_GROUPS = {"varint": "varint", "capsule": "capsule", "h3-datagram": "datagram", "stream-header": "wt-stream"}


def format_of(case):
    if "group" in case:
        return FORMATS_OF_GROUPS.get(case["group"])
    return "chunked" if "verdict" in case else "sse"


def main(known, paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        cases = document.get("cases") or document.get("vectors")
        if not cases:
            continue
        lacking = {format_of(case) for case in cases} - known - {None}
        if lacking:
            print(f"later      {path}: the tool does not know {', '.join(sorted(lacking))}", file=sys.stderr)
        else:
            print(path)


main(set(sys.argv[1].split()), sys.argv[2:])
