#!/usr/bin/env bash
# Examines other implementations with `wire conform`, and writes what they answer into docs/conformance.md and into the data that --explain reads.
#
#   bash tests/WireProtocols.Peers/run.sh [NAME…]      all peers, or those named
#   bash tests/WireProtocols.Peers/run.sh --list       their names
#   bash tests/WireProtocols.Peers/run.sh --tables     only the tables, of what artifacts/peers has
#
# A peer that is not installed is left out, by name, and its older row stays. `.ci/run` installs what Debian and npm have of them. NATIVE_DIR names
# the folder of bench/native/build.sh (artifacts/native), TUNGSTENITE_VERSION and UWEBSOCKETS_VERSION say what it was built from; WIRE_DIR and PEERS_DIR
# name folders with both programs, where they are built already. Each run has a bound (BOUND, 420 seconds). Everything listens on 127.0.0.1.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
set -m

room=tests/WireProtocols.Peers
scripts=$room/scripts
out=$PWD/artifacts/peers
native=${NATIVE_DIR:-$PWD/artifacts/native}
npm=$PWD/tests/WireProtocols.InteropTests/peers/node_modules
bound=${BOUND:-420}
wire=(dotnet "${WIRE_DIR:-$PWD/src/WireProtocols.Cli/bin/Release/net10.0}/wire.dll")
own=(dotnet "${PEERS_DIR:-$PWD/$room/bin/Release/net10.0}/WireProtocols.Peers.dll")
python=${PYTHON:-/usr/bin/python3}
mkdir -p "$out"
wanted=("$@")

is_wanted() {
  if [ "${#wanted[@]}" -eq 0 ]; then return 0; fi
  local name
  for name in "${wanted[@]}"; do if [ "$name" = "$1" ]; then return 0; fi; done
  return 1
}

# finish PID: ends what was started, and its children.
finish() { kill -- "-$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }

# first_line FILE PATTERN PID: waits for a line and prints what is behind the pattern.
first_line() {
  local line
  for _ in $(seq 300); do
    line=$(sed -n "s|^$2||p" "$1" 2>/dev/null | head -n 1)
    if [ -n "$line" ]; then echo "$line"; return 0; fi
    if ! kill -0 "$3" 2>/dev/null; then break; fi
    sleep 0.1
  done
  return 1
}

# meta NAME SUBJECT ROLE TITLE VERSION: what the table says of it.
meta() {
  printf '{"peer":"%s","subject":"%s","role":"%s","title":"%s","version":"%s","date":"%s"}\n' "$1" "$2" "$3" "$4" "$5" "$(date -u +%F)" >"$out/$1.meta"
}

# absent NAME TITLE REASON
absent() {
  printf '{"peer":"%s","title":"%s","reason":"%s"}\n' "$1" "$2" "$3" >"$out/$1.absent"
  rm -f "$out/$1.jsonl"
  echo "left out  $1: $3"
}

# report NAME STATUS
report() {
  if [ "$2" -le 1 ] && tail -n 1 "$out/$1.jsonl" | grep -q '"kind":"summary"'; then
    rm -f "$out/$1.absent"
    echo "examined  $1: $(tail -n 1 "$out/$1.jsonl")"
  else
    echo "BROKEN    $1: exit status $2 ($out/$1.log)"
    rm -f "$out/$1.jsonl"
  fi
}

# server NAME SUBJECT TIMEOUT TITLE VERSION COMMAND…: starts it, takes its URL from its first line, examines it.
server() {
  local name=$1 subject=$2 timeout=$3 title=$4 version=$5 pid url status=0
  shift 5
  if ! is_wanted "$name"; then return 0; fi
  rm -f "$out/$name.in" && mkfifo "$out/$name.in"
  : >"$out/$name.url"
  "$@" <"$out/$name.in" >"$out/$name.url" 2>"$out/$name.log" &
  pid=$!
  exec 3>"$out/$name.in"
  if url=$(first_line "$out/$name.url" "" "$pid"); then
    timeout "$bound" "${wire[@]}" conform "$url" --subject "$subject" --timeout "$timeout" --json >"$out/$name.jsonl" 2>>"$out/$name.log" || status=$?
    meta "$name" "$subject" server "$title" "$version"
  else
    status=3
  fi
  exec 3>&-
  finish "$pid"
  rm -f "$out/$name.in" "$out/$name.url"
  report "$name" "$status"
}

# client NAME SUBJECT TIMEOUT TITLE VERSION COMMAND…: the examiner listens, and the client comes in a loop. Its last argument is the URL.
client() {
  local name=$1 subject=$2 timeout=$3 title=$4 version=$5 pid other url status=0
  shift 5
  if ! is_wanted "$name"; then return 0; fi
  timeout "$bound" "${wire[@]}" conform --listen 0 --subject "$subject" --timeout "$timeout" --json >"$out/$name.jsonl" 2>"$out/$name.log" &
  pid=$!
  url=$(first_line "$out/$name.jsonl" "Listening on " "$pid")
  rm -f "$out/$name.in" && mkfifo "$out/$name.in"
  "$@" "$url" <"$out/$name.in" >>"$out/$name.log" 2>&1 &
  other=$!
  exec 3>"$out/$name.in"
  wait "$pid" || status=$?
  exec 3>&-
  sleep 0.5
  finish "$other"
  rm -f "$out/$name.in"
  meta "$name" "$subject" client "$title" "$version"
  report "$name" "$status"
}

has() { type -P "$1" >/dev/null; }
version_of_npm() { sed -nE 's/^ *"version": "([^"]+)".*/\1/p' "$npm/$1/package.json" | head -n 1; }
version_of_debian() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null | sed -E 's/^[0-9]+://; s/[-+].*//' || true; }
version_of_python() { "$python" -c "import importlib.metadata as m; print(m.version('$1'))"; }

# npm NAME PACKAGE TITLE KIND SUBJECT TIMEOUT SCRIPT
npm() {
  if ! has node || [ ! -d "$npm/$2" ]; then
    if is_wanted "$1"; then absent "$1" "$3" "the npm package $2 is not installed"; fi
    return 0
  fi
  "$4" "$1" "$5" "$6" "$3" "$(version_of_npm "$2")" node "$scripts/$7"
}

# python NAME PACKAGE TITLE KIND SUBJECT TIMEOUT SCRIPT ARGUMENTS…
python() {
  if ! "$python" -c "import $2" 2>/dev/null; then
    if is_wanted "$1"; then absent "$1" "$3" "the Python package $2 is not installed"; fi
    return 0
  fi
  "$4" "$1" "$5" "$6" "$3" "$(version_of_python "$2")" "$python" "$scripts/$7" "${@:8}"
}

# native NAME TITLE VERSION PROGRAM
native() {
  if [ ! -x "$native/$4" ]; then
    if is_wanted "$1"; then absent "$1" "$2" "bench/native/build.sh has not built $4"; fi
    return 0
  fi
  server "$1" websocket 5 "$2" "$3" "$native/$4"
}

# golang NAME TITLE VERSION KIND SUBJECT TIMEOUT FOLDER
golang() {
  if ! is_wanted "$1"; then return 0; fi
  if ! has go || ! GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' go build -o "$out/$7" "./$scripts/$7" 2>"$out/$1.log"; then
    absent "$1" "$2" "Go, or a package of it, is not installed"
    return 0
  fi
  "$4" "$1" "$5" "$6" "$2" "$3" "$out/$7"
}

# nginx NAME SUBJECT SCHEME PATH
nginx() {
  local name=$1 subject=$2 scheme=$3 path=$4
  if ! has nginx && [ ! -x /usr/sbin/nginx ]; then
    if is_wanted "$name"; then absent "$name" "nginx, before \`wire serve\`" "nginx is not installed"; fi
    return 0
  fi
  local program
  program=$(PATH=$PATH:/usr/sbin type -P nginx)
  server "$name" "$subject" 5 "nginx, before \`wire serve\`" "$("$program" -v 2>&1 | sed 's|.*/||')" \
    bash "$scripts/nginx.sh" "$program" "$scheme" "$path" "${wire[@]}"
}

dotnet_version() { "${own[@]}" version; }

# browser NAME TITLE SUBJECT SCRIPT
browser() {
  if ! is_wanted "$1"; then return 0; fi
  local version
  if ! version=$("${own[@]}" chromium-version 2>"$out/$1.log"); then absent "$1" "$2" "Chromium is not installed"; return 0; fi
  client "$1" "$3" 5 "$2" "$version" "${own[@]}" chromium "$scripts/$4"
}

if [ "${1:-}" = --list ]; then
  sed -nE 's/^ *(npm|python|native|golang|nginx|browser|server|client) ([a-z0-9]+-[a-z0-9-]+) .*/\2/p' "$room/run.sh"
  exit 0
fi

if [ "${1:-}" != --tables ]; then
  if [ -z "${WIRE_DIR:-}" ]; then nice -n 5 dotnet build src/WireProtocols.Cli -c Release -v q; fi
  if [ -z "${PEERS_DIR:-}" ]; then nice -n 5 dotnet build "$room" -c Release -v q; fi
  net=$("${own[@]}" version)
  go=$(go version 2>/dev/null | sed -nE 's/.* go([0-9.]+) .*/\1/p' || true)
  gorilla=$(version_of_debian golang-github-gorilla-websocket-dev)

  # ------------------------------------------------------------------------------------------------------------------ WebSockets
  npm ws-server ws "npm \`ws\`" server websocket 5 ws-server.mjs
  server kestrel-websocket websocket 5 Kestrel "$net" "${own[@]}" kestrel-websocket
  python websockets-server websockets "Python \`websockets\`" server websocket 5 websockets_server.py
  python aiohttp-server aiohttp aiohttp server websocket 5 aiohttp_server.py ws /ws
  native beast-server "Beast (Boost), without permessage-deflate" "$(version_of_debian libboost-dev)" beast-echo
  native gorilla-server "gorilla, without permessage-deflate" "$gorilla" gorilla-echo
  native tungstenite-server "tungstenite, without permessage-deflate" "${TUNGSTENITE_VERSION:-}" tungstenite-echo
  native uws-server "uWebSockets, without permessage-deflate" "${UWEBSOCKETS_VERSION:-}" uws-echo
  npm ws-client ws "npm \`ws\`" client websocket 5 ws-client.mjs
  npm undici-websocket undici undici client websocket 3 undici-websocket.mjs
  client client-websocket websocket 5 "\`ClientWebSocket\`" "$net" "${own[@]}" client-websocket
  python websockets-client websockets "Python \`websockets\`" client websocket 5 websockets_client.py
  python aiohttp-client aiohttp aiohttp client websocket 5 aiohttp_client.py
  golang gorilla-client gorilla "$gorilla" client websocket 5 go-websocket-client
  browser chromium-websocket Chromium websocket websocket-loop.mjs

  # ------------------------------------------------------------------------------------------------------------------ HTTP/1.1
  server kestrel-http1 http1 5 Kestrel "$net" "${own[@]}" kestrel-http1
  golang go-http1-server "Go \`net/http\`" "$go" server http1 5 go-http1-server
  if has node; then server node-http1-server http1 5 "Node \`http\`" "$(node --version | tr -d v)" node "$scripts/http1-server.mjs"; fi
  python aiohttp-http1-server aiohttp aiohttp server http1 5 aiohttp_server.py http /
  nginx nginx-http1 http1 http /echo
  golang go-http1-client "Go \`net/http\`" "$go" client http1 5 go-http1-client
  npm undici-http1 undici "\`fetch\` of undici" client http1 5 http1-fetch.mjs
  client http-client http1 5 "\`HttpClient\`" "$net" "${own[@]}" http-client
  if has "$python"; then client python-http1-client http1 5 "Python \`http.client\`" "$("$python" -V | cut -d ' ' -f 2)" "$python" "$scripts/http_client.py"; fi
  if has curl; then client curl-http1 http1 5 curl "$(curl --version | cut -d ' ' -f 2 | head -n 1)" bash "$scripts/curl.sh"; fi

  # ------------------------------------------------------------------------------------------------------------------ event streams
  server kestrel-sse sse 5 "Kestrel, \`TypedResults.ServerSentEvents\`" "$net" "${own[@]}" kestrel-sse
  nginx nginx-sse sse http "/sse/clock?interval=50\&count=20"
  client sse-parser sse 5 "\`System.Net.ServerSentEvents\`, behind \`HttpClient\`" "$net" "${own[@]}" sse-parser
  npm eventsource-parser eventsource-parser "npm \`eventsource-parser\`, behind Node's \`fetch\`" client sse 5 eventsource-parser.mjs
  npm eventsource eventsource "npm \`eventsource\`" client sse 5 eventsource.mjs
  browser chromium-eventsource Chromium sse eventsource-loop.mjs
fi

python3 "$room/table.py"
