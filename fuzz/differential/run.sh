#!/usr/bin/env bash
# Asks every reader about every input, and writes fuzz/DIFFERENTIAL.md: `bash fuzz/differential/run.sh`. Needs the .NET 10 SDK; node with npm, nginx,
# and Python with Debian's python3-websockets and python3-h11 are asked where they are, and named where they are not.
# The exit status is 1 where a reader of this library is wrong.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
rows=$(mktemp -d)
trap 'rm -rf "$rows"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

project=../WireProtocols.Differential
dotnet build "$project" -c Release -v q
driver=(dotnet "$project/bin/Release/net10.0/WireProtocols.Differential.dll")
"${driver[@]}" questions inputs >"$rows/questions"

# ask NAME WHAT COMMAND…: the rows of a peer, or a line that says that it is left out.
ask() {
  local name=$1 what=$2
  shift 2
  if ! timeout -s KILL 300 "$@" <"$rows/questions" >"$rows/$name.jsonl" 2>"$rows/$name.log"; then
    rm "$rows/$name.jsonl"
    echo "$what: $(grep -m 1 '[Ee]rror\|xception\|failed\|No such' "$rows/$name.log" || echo "it failed")" >"$rows/$name.absent"
    echo "left out: $(cat "$rows/$name.absent")" >&2
  fi
}

for ours in websocket server client text; do ask "0-$ours" "WireProtocols ($ours)" "${driver[@]}" peer "ours-$ours"; done
ask 1-net-websocket "System.Net.WebSockets" "${driver[@]}" peer net-websocket
ask 1-kestrel "Kestrel" "${driver[@]}" peer kestrel
ask 1-httpclient "HttpClient" "${driver[@]}" peer httpclient
ask 1-net-sse "System.Net.ServerSentEvents" "${driver[@]}" peer net-sse
ask 1-net-json "System.Text.Json" "${driver[@]}" peer net-json

# The other major version of two packages, in a process of its own.
if dotnet build packages -c Release -v q >"$rows/packages.build" 2>&1; then
  packages=packages/bin/Release/net10.0/Packages.dll
  ask 2-package-sse "System.Net.ServerSentEvents 11" dotnet "$packages" net-sse
  ask 2-package-json "System.Text.Json 11" dotnet "$packages" net-json
else
  echo "System.Net.ServerSentEvents 11 and System.Text.Json 11: they do not restore" | tee "$rows/2-packages.absent" >&2
fi

if command -v npm >/dev/null; then (cd peers && npm ci --no-audit --no-fund >"$rows/npm.log" 2>&1) || true; fi
ask 3-ws "npm ws" node peers/ws.mjs
ask 3-node-http "Node http (llhttp)" node peers/node-http.mjs
ask 3-undici "undici" node peers/undici.mjs
ask 3-eventsource-parser "eventsource-parser" node peers/eventsource-parser.mjs
ask 3-json "JSON.parse" node peers/json.mjs
ask 4-nginx "nginx" "${driver[@]}" peer nginx

# Debian's Python has Debian's packages.
python=$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || echo python3)
ask 5-websockets "Python websockets" "$python" peers/websockets_peer.py
ask 5-h11 "h11" "$python" peers/h11_peer.py
ask 5-json "Python json" "$python" peers/json_peer.py

status=0
"${driver[@]}" page inputs "$rows" >"$rows/page.md" || status=$?
mv "$rows/page.md" ../DIFFERENTIAL.md
[ -z "${KEEP_ROWS:-}" ] || cp -r "$rows" "$KEEP_ROWS"
exit "$status"
