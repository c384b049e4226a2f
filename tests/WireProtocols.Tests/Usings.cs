global using WireProtocols.Cli.Common;
global using Xunit;
