global using WireProtocols.Cli.Common;
global using Xunit;
global using Transcript = WireProtocols.Fuzz.Transcript;
