#!/usr/bin/env bash
# nginx before `wire serve`; it prints its URL and ends with its input. usage: nginx.sh NGINX SCHEME PATH WIRE…
set -Eeuo pipefail
program=$1 scheme=$2 path=$3
shift 3
folder=$(mktemp -d)
"$@" serve --port 0 >"$folder/wire" 2>/dev/null </dev/null &
behind=$!
for _ in $(seq 200); do if grep -q Listening "$folder/wire"; then break; fi; sleep 0.1; done
server=$(sed -n 's/^Listening on //p' "$folder/wire")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
sed "s|SERVER|$server|; s|PORT|$port|" "$(dirname "${BASH_SOURCE[0]}")/nginx.conf" >"$folder/nginx.conf"
"$program" -p "$folder" -c nginx.conf -e stderr </dev/null >&2 &
proxy=$!
for _ in $(seq 100); do if (exec 4<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi; sleep 0.1; done
echo "$scheme://127.0.0.1:$port$path"
cat >/dev/null
kill "$proxy" "$behind" 2>/dev/null || true
wait
rm -rf "$folder"
