#!/usr/bin/env bash
# Installs every package of a folder into an empty project of its own and builds that, runs a program on the library, also trimmed, and installs and
# runs the tool: `bash .ci/installed.sh FOLDER`. The last line is `N passed, N failed`.
set -Eeuo pipefail
packages=$(cd "${1:-artifacts/packages}" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The packages come from the folder; what they depend on from where the user's own packages come from. A cache of their own keeps out older ones.
cat >"$work/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="local" value="$packages" /></packageSources>
</configuration>
CONFIG
cp "$root/global.json" "$work/"

result() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); echo "ok $2"; else failed=$((failed + 1)); echo "FAIL $2"; fi
}

project() {
  local folder=$1 id=$2 version=$3
  mkdir -p "$work/$folder"
  cat >"$work/$folder/$folder.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <RestorePackagesPath>$work/cache</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="$id" Version="$version" /></ItemGroup>
</Project>
PROJECT
}

version=$(basename "$packages"/WireProtocols.[0-9]*.nupkg .nupkg)
version=${version#WireProtocols.}
for package in "$packages"/WireProtocols*".$version.nupkg"; do
  id=$(basename "$package" ".$version.nupkg")
  if [ "$id" = WireProtocols.Cli ]; then continue; fi
  project "try.$id" "$id" "$version"
  echo 'Console.WriteLine("built");' >"$work/try.$id/Program.cs"
  status=0
  (cd "$work/try.$id" && dotnet build --nologo -v q) || status=1
  result "$status" "$id installs and builds"
done

project trimmed WireProtocols "$version"
cat >"$work/trimmed/Program.cs" <<'PROGRAM'
using System.Buffers;
using WireProtocols.WebSockets;

byte[] frame = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
using WebSocketMessageDecoder decoder = new(WebSocketRole.Client);
OperationStatus status = decoder.Decode(frame, out _, out WebSocketMessagePart part);
Console.WriteLine($"{status} {System.Text.Encoding.UTF8.GetString(part.Payload)}");
PROGRAM
status=0
(cd "$work/trimmed" && dotnet run --nologo | tee run.out && grep -qx 'Done Hello' run.out) || status=1
result "$status" "a program runs"
status=0
(cd "$work/trimmed" && dotnet publish --nologo -v q -r linux-x64 -p:PublishTrimmed=true -p:TrimMode=full -p:TreatWarningsAsErrors=true -o out \
  && ./out/trimmed | tee run.out && grep -qx 'Done Hello' run.out) || status=1
result "$status" "a trimmed program runs, and trimming warns of nothing"

status=0
(cd "$work" && dotnet tool install WireProtocols.Cli --version "$version" --tool-path tools --add-source "$packages" \
  && printf '\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58' | ./tools/wire decode websocket --json | grep -q '"text":"Hello"') || status=1
result "$status" "the tool installs and decodes a frame"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
