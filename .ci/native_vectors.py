"""Lets two builds of the tool decode the repository's vectors, and compares what they print: native_vectors.py WIRE."""
import json
import subprocess
import sys
from pathlib import Path

FORMATS = {
    "chunked": ["chunked"], "event-stream": ["sse"], "ndjson": ["ndjson"], "websocket": ["websocket", "--lenient"], "http1": ["http1"],
    "proxy-protocol": ["proxy-protocol"], "stun": ["stun"], "sctp": ["sctp"], "dcep": ["dcep"], "json-rpc": ["json-rpc"],
    "event-streams": ["amazon-eventstream"], "rpc": ["grpc-web"],
}
MANAGED = ["dotnet", "src/WireProtocols.Cli/bin/Release/net10.0/wire.dll"]
EACH = 12


def decode(tool, arguments, data):
    run = subprocess.run([*tool, "decode", *arguments, "--json"], input=data, capture_output=True, check=False)
    return run.returncode, run.stdout


def bytes_of(vector):
    if "hex" in vector:
        return bytes.fromhex(vector["hex"].replace(" ", ""))
    return vector["text"].encode("latin-1") if "text" in vector and max(map(ord, vector["text"] or " ")) < 256 else None


passed = failed = 0
for folder, arguments in FORMATS.items():
    vectors = []
    for file in sorted(Path("tests/vectors", folder).glob("*.json")):
        vectors += [v for v in json.loads(file.read_text("utf-8")).get("vectors", []) if bytes_of(v) is not None]
    # Evenly over all of them: each start of the managed build takes its time.
    for vector in vectors[:: max(1, len(vectors) // EACH)]:
        data = bytes_of(vector)
        native, managed = decode([sys.argv[1]], arguments, data), decode(MANAGED, arguments, data)
        if native == managed and native[0] in (0, 1):
            passed += 1
        else:
            failed += 1
            print(f"FAIL {folder}: {vector.get('name')}: {native} but managed {managed}")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
