#!/usr/bin/env bash
# Makes the tool as one native file and as the package of this platform, and lets the file decode the vectors: `bash .ci/native.sh FOLDER`. Needs a C
# compiler and zlib's headers. Prints the size of the file and how long it takes from start to a decoded frame.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-artifacts/native}
rid=${2:-linux-x64}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

dotnet publish src/WireProtocols.Cli -c Release -r "$rid" -p:WireNative=true -p:RunAnalyzers=false -o "$folder" --nologo -v q
dotnet pack src/WireProtocols.Cli -c Release -r "$rid" -p:WireNative=true -p:RunAnalyzers=false -o "$folder/packages" --nologo -v q
wire=$folder/wire
printf 'size %s bytes\n' "$(stat -c %s "$wire")"

frame='\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58'
decoded=$(printf "$frame" | "$wire" decode websocket --json)
[ "$(printf '%s' "$decoded" | grep -c '"text":"Hello"')" -eq 1 ] || { echo "error: the frame was not decoded: $decoded"; exit 1; }
python3 - "$wire" <<'PYTHON'
import subprocess, sys, time
frame = bytes.fromhex("818537fa213d7f9f4d5158")
times = []
for _ in range(20):
    start = time.perf_counter()
    subprocess.run([sys.argv[1], "decode", "websocket", "--json"], input=frame, stdout=subprocess.DEVNULL, check=True)
    times.append(time.perf_counter() - start)
print(f"start to decoded frame, median of {len(times)}: {1000 * sorted(times)[len(times) // 2]:.1f} ms")
PYTHON

# The native file and the file that .NET runs print the same for every vector of a format that needs no options.
python3 .ci/native_vectors.py "$wire"
