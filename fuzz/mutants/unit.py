"""The second half of run.sh: asks the unit tests for each mutant that the corpora did not notice."""

import concurrent.futures
import json
import os
import subprocess
import sys
import threading

out, jobs = sys.argv[1], int(sys.argv[2])
program = os.path.join(out, "tests", "WireProtocols.Tests")
LONGEST_CLASS = 10  # seconds of the processor; slower classes test endpoints over sockets
MOST_SECONDS = int(os.environ.get("MOST_SECONDS", "20"))
TIMEOUT = 300  # seconds of the clock: the machine may be busy with other things


def run(classes, variables):
    """The exit status of the classes' tests, None where they do not end in time, and how many seconds of the processor they took."""
    arguments = [program, "-stopOnFail", "-maxThreads", "1"] + [a for c in classes for a in ("-class", c)]
    child = subprocess.Popen(arguments, env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    timer = threading.Timer(TIMEOUT, child.kill)
    timer.start()
    _, status, usage = os.wait4(child.pid, 0)
    timer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    return None if child.returncode < 0 else child.returncode, usage.ru_utime + usage.ru_stime


def record(name):
    """Which mutants a class can meet, and how long it takes; None where it fails or is slow."""
    file = os.path.join(out, "reached", name)
    status, seconds = run([name], {"WIREPROTOCOLS_MUTANTS_REACHED": file})
    if status != 0 or seconds > LONGEST_CLASS:
        return name, None, seconds
    if not os.path.exists(file):
        return name, bytes(1 << 17), seconds  # it never asks: nothing of the codecs is run
    with open(file, "rb") as reached:
        return name, reached.read(), seconds


def ask(row, classes):
    """The class that notices a mutant; None where none does."""
    mutant = row["mutant"]["id"]
    reaching = sorted((c for c in classes if classes[c][0][mutant]), key=lambda c: classes[c][2])
    chosen, seconds = [], 0.0
    for name in reaching:
        if seconds + classes[name][1] <= MOST_SECONDS:
            chosen.append(name)
            seconds += classes[name][1]
    if not chosen:
        return row | {"verdict": "missed"}
    status, _ = run(chosen, {"WIREPROTOCOLS_MUTANT": str(mutant)})
    if status == 0:
        return row | {"verdict": "survived", "by": f"{len(chosen)} of {len(reaching)} classes asked"}
    return row | {"verdict": "killed", "by": "unit tests"}


def main():
    rows = [json.loads(line) for line in open(os.path.join(out, "corpora.jsonl"), encoding="utf-8")]
    rest = [row for row in rows if row["verdict"] != "killed"]
    os.makedirs(os.path.join(out, "reached"), exist_ok=True)
    names = subprocess.run([program, "-list", "classes"], capture_output=True, text=True, check=True).stdout.split()
    names = [n for n in names if n.startswith("WireProtocols.") and ".Conformance" not in n]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        recorded = list(pool.map(record, names))
        classes = {n: (reached, seconds, sum(reached)) for n, reached, seconds in recorded if reached is not None}
        left_out = [n for n, reached, _ in recorded if reached is None]
        print(f"{len(classes)} test classes, {len(left_out)} slow ones left out, {len(rest)} mutants left to ask", flush=True)
        answers = list(pool.map(lambda row: ask(row, classes), rest))
    answers.sort(key=lambda row: (row["mutant"]["file"], row["mutant"]["line"], row["mutant"]["id"]))
    verdicts = [row for row in rows if row["verdict"] == "killed"] + answers
    with open(os.path.join(out, "verdicts.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in verdicts)
    with open(os.path.join(out, "survivors.txt"), "w", encoding="utf-8") as file:
        for row in answers:
            if row["verdict"] != "killed":
                mutant = row["mutant"]
                path = mutant["file"].split("/src/WireProtocols/")[-1]
                file.write(f"{row['verdict']:<8} {path}:{mutant['line']}:{mutant['column']} {mutant['method']}: {mutant['change']} ({mutant['id']})\n")
    killed = sum(row["verdict"] == "killed" for row in verdicts)
    corpora = len(rows) - len(rest)
    print(f"{killed} of {len(rows)} killed ({killed / len(rows):.1%}), {corpora} of them by the corpora alone", flush=True)


main()
