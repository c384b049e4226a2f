#!/usr/bin/env bash
# bash fuzz/mutants/run.sh [SAMPLE] [SEED] [PART,…]: puts small mistakes into the codecs, one at a time, and says which of them neither the corpora
# nor the unit tests notice. SAMPLE mutants (500 by default, 0 for all) are drawn by SEED from the source files whose paths contain a PART.
# The rows go to artifacts/mutants/verdicts.jsonl, those that survive to artifacts/mutants/survivors.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
sample=${1:-500} seed=${2:-1} jobs=${JOBS:-$(nproc)}
parts=${3:-Buffers/Utf8Validator,Buffers/QuicVarInt,Http1/Bodies,Http1/Heads,Ndjson/,ServerSentEvents/Events,WebSockets/Frames,WebSockets/Messages,WebSockets/Compression,WebSockets/Handshake,WebTransport/Capsules,WebTransport/Http3,EventStreams/,Multipart/,ProxyProtocol/,JsonRpc/,WebRtc/Stun,WebRtc/Sctp,WebRtc/Dcep,Rpc/Envelopes,Rpc/Metadata,Rpc/Text}
out=$PWD/artifacts/mutants
mkdir -p "$out" && rm -f "$out/corpora.jsonl"
dotnet build fuzz/WireProtocols.Fuzz -c Release -v q --nologo
dotnet build tests/WireProtocols.Tests -c Release -v q --nologo
fuzz=fuzz/WireProtocols.Fuzz/bin/Release/net10.0
if [ "$sample" -eq 0 ]; then sample=1000000; fi
dotnet "$fuzz/WireProtocols.Fuzz.dll" mutants --source "$parts" --sample "$sample" --seed "$seed" --jobs "$jobs" --json "$out/corpora.jsonl" | tail -n 1

# The unit tests get the same library with the same mutants.
rm -rf "$out/tests" && cp -r tests/WireProtocols.Tests/bin/Release/net10.0 "$out/tests"
cp "$fuzz/woven-mutants/WireProtocols.dll" "$fuzz/woven-mutants/WireProtocols.Testing.dll" "$out/tests"
exec python3 fuzz/mutants/unit.py "$out" "$jobs"
