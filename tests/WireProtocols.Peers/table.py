#!/usr/bin/env python3
"""Puts what run.sh saw into the data that `wire conform --explain` reads, and the tables of that data into docs/conformance.md.

A peer that was not examined now keeps its older row. What a peer fails is said in findings.txt, by hand, once each failure was held against its
sentence: a line `peer|number of failures|text`. A number that is no longer right is complained about.
"""
import json
import pathlib
import sys

ROOM = pathlib.Path(__file__).resolve().parent
ROOT = ROOM.parent.parent
RUNS = ROOT / "artifacts" / "peers"
DATA = ROOT / "src" / "WireProtocols.Conformance" / "Peers" / "answers.jsonl"
PAGE = ROOT / "docs" / "conformance.md"
VERDICTS = ["pass", "fail", "warn", "info", "skip"]
MAX_GOT = 72
ORDER = [(subject, role) for subject in ("websocket", "http1", "sse", "webtransport") for role in ("server", "client")]


def rows_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.startswith("{")]


def read_data():
    """The peers, for each what is not a pass: id -> (verdict, what came where it is a failure), and the ids of all that it was asked."""
    peers, answers, asked, lists = {}, {}, {}, {}
    if DATA.exists():
        for row in rows_of(DATA):
            if "ids" in row:
                lists[row["asked"]] = {f"{branch}/{name}" for branch, names in row["ids"].items() for name in names.split()}
            elif "peer" in row:
                peers[row["peer"]] = row
                answers[row["peer"]] = {}
                asked[row["peer"]] = lists[row["asked"]]
            else:
                for peer, got in row.get("fail", {}).items():
                    answers[peer][row["id"]] = "fail", got
                for verdict in ("warn", "info", "skip"):
                    for peer in row.get(verdict, "").split():
                        answers[peer][row["id"]] = verdict, ""
    return peers, answers, asked


def read_runs(peers, answers, asked):
    for path in sorted(RUNS.glob("*.meta")):
        run = path.with_suffix(".jsonl")
        if not run.exists():
            continue
        rows = rows_of(run)
        if not rows or rows[-1]["kind"] != "summary":
            continue
        meta = json.loads(path.read_text(encoding="utf-8"))
        cases = [row for row in rows if row["kind"] == "case"]
        peers[meta["peer"]] = meta | {verdict: sum(row["verdict"] == verdict for row in cases) for verdict in VERDICTS}
        answers[meta["peer"]] = {row["id"]: answer(row) for row in cases if row["verdict"] != "pass"}
        asked[meta["peer"]] = {row["id"] for row in cases}


def answer(row):
    got = row["got"].split(" (the client ended")[0] if row["verdict"] == "fail" else ""
    return row["verdict"], got if len(got) <= MAX_GOT else got[:MAX_GOT - 1] + "…"


def key_of(peer):
    return ORDER.index((peer["subject"], peer["role"])), peer["title"].replace("`", "").lower()


def lists_of(lines, asked):
    """The lists of cases that were asked, each once, by a name that is written to each peer."""
    lists = {}
    for peer in lines:
        base = f"{peer['subject']}-{peer['role']}"
        same = [name for name in lists if name.startswith(base) and lists[name] == asked[peer["peer"]]]
        peer["asked"] = same[0] if same else base if base not in lists else f"{base}-{sum(name.startswith(base) for name in lists) + 1}"
        lists[peer["asked"]] = asked[peer["peer"]]
    return lists


def packed(ids):
    """The names of cases by what stands before them."""
    branches = {}
    for branch, name in (case.rsplit("/", 1) for case in sorted(ids)):
        branches.setdefault(branch, []).append(name)
    return {branch: " ".join(names) for branch, names in branches.items()}


def write_data(peers, answers, asked):
    lines = sorted(peers.values(), key=key_of)
    lists = lists_of(lines, asked)
    ids = sorted({case for peer in answers.values() for case in peer})
    DATA.parent.mkdir(exist_ok=True)
    with open(DATA, "w", encoding="utf-8", newline="\n") as out:
        for name, cases in lists.items():
            out.write(json.dumps({"asked": name, "ids": packed(cases)}, ensure_ascii=False, separators=(",", ":")) + "\n")
        for peer in lines:
            out.write(json.dumps(peer, ensure_ascii=False, separators=(",", ":")) + "\n")
        for case in ids:
            out.write(json.dumps({"id": case} | row_of(case, answers), ensure_ascii=False, separators=(",", ":")) + "\n")


def row_of(case, answers):
    """A failure says what came; of the other verdicts the peers are listed."""
    row = {}
    for verdict in VERDICTS[1:]:
        peers = sorted(peer for peer in answers if answers[peer].get(case, ("", ""))[0] == verdict)
        if peers and verdict == "fail":
            row["fail"] = {peer: answers[peer][case][1] for peer in peers}
        elif peers:
            row[verdict] = " ".join(peers)
    return row


def read_findings():
    findings = {}
    for line in (ROOM / "findings.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            peer, count, text = line.split("|", 2)
            findings[peer] = (int(count), text.strip())
    return findings


def table(subject, role, peers, findings):
    lines = [f"| {role} | seen | passed | failed | warned | info | skipped | what it fails |", "|---|---|---|---|---|---|---|---|"]
    for peer in sorted((p for p in peers.values() if (p["subject"], p["role"]) == (subject, role)), key=key_of):
        count, text = findings.get(peer["peer"], (0, ""))
        if count != peer["fail"]:
            print(f"findings.txt: {peer['peer']} fails {peer['fail']} cases, and the text is about {count}: hold them against their sentences")
        numbers = " | ".join(str(peer[verdict]) for verdict in VERDICTS)
        name, comma, note = peer["title"].partition(", ")
        lines.append(f"| {name} {peer['version']}{comma}{note} | {peer['date']} | {numbers} | {text} |")
    return lines


def absent_of(peers):
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RUNS.glob("*.absent"))]
    return [f"{row['title']} ({row['reason']}{'; its row is an older one' if row['peer'] in peers else ''})" for row in rows]


def write_page(peers):
    page = PAGE.read_text(encoding="utf-8")
    findings = read_findings()
    for subject, role in ORDER:
        begin, end = f"<!-- peers {subject} {role}: begin -->", f"<!-- peers {subject} {role}: end -->"
        if begin in page:
            before, rest = page.split(begin, 1)
            page = before + begin + "\n" + "\n".join(table(subject, role, peers, findings)) + "\n" + end + rest.split(end, 1)[1]
    absent = absent_of(peers)
    begin, end = "<!-- peers left out: begin -->", "<!-- peers left out: end -->"
    if begin in page:
        before, rest = page.split(begin, 1)
        said = f"Left out of the last run: {'; '.join(absent)}.\n" if absent else "No peer was left out of the last run.\n"
        page = before + begin + "\n" + said + end + rest.split(end, 1)[1]
    PAGE.write_text(page, encoding="utf-8", newline="\n")


def main():
    peers, answers, asked = read_data()
    read_runs(peers, answers, asked)
    write_data(peers, answers, asked)
    write_page(peers)
    print(f"{len(peers)} peers, {DATA.stat().st_size // 1024} KB of answers")
    return 0


sys.exit(main())
