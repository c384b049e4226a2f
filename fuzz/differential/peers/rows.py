"""What the peers in Python share: questions on stdin, answers on stdout, a line each."""
import json
import sys


def run(peer, version, kinds, ask):
    print(json.dumps({"peer": peer, "version": version, "kinds": kinds}))
    for line in sys.stdin:
        question = json.loads(line)
        if question["kind"] not in kinds:
            continue
        try:
            accepted, got, why = ask(question, bytes.fromhex(question["hex"]))
        except Exception as error:
            accepted, got, why = False, [], str(error) or type(error).__name__
        print(json.dumps({"kind": question["kind"], "id": question["id"], "accepted": accepted, "got": got, "why": why}))
