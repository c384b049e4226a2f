#!/usr/bin/env bash
# curl, a process a case. usage: curl.sh http://host:port/
body=$(mktemp)
trap 'rm -f "$body"' EXIT
while true; do
  if status=$(curl --silent --show-error --max-time 5 --output "$body" --write-out '%{http_code}' "$1" 2>"$body.error"); then
    row=$(printf '{"kind":"response","status":%s,"body":"%s"}' "$((10#$status))" "$(base64 -w 0 "$body")")
  else
    row=$(printf '{"kind":"error","message":"%s"}' "$(head -n 1 "$body.error" | tr -cd '[:alnum:] .,:()-')")
  fi
  rm -f "$body.error"
  : >"$body"
  # A body may be too long for a command line.
  printf '%s\n' "$row" | curl --silent --max-time 10 --output /dev/null --data-binary @- "${1%/}/report" && posted=0 || posted=$?
  # 7: nobody listens any more.
  if [ "$posted" -eq 7 ]; then break; fi
done
