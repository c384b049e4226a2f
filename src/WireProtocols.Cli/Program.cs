using WireProtocols.Cli;
using WireProtocols.Cli.IO;

using StopSignals signals = new();
return await WireTool.RunAsync(args, ToolIO.OfProcess(), signals.Token);
