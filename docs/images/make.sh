#!/usr/bin/env bash
# Makes the pictures of this folder: page.png is the page of `wire serve` in Chromium, decode.svg what `wire decode` prints. Tests hold decode.svg equal to
# that; page.png is a photograph, and differs a little each time.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export WIREPROTOCOLS_UPDATE_SNAPSHOTS=1
dotnet run -c Release --project tests/WireProtocols.Tests -- -class '*PictureTests' -noColor
dotnet run -c Release --project tests/WireProtocols.InteropTests -- -class '*PagePictureTests' -noColor
