using WireProtocols;
using WireProtocols.Fuzz;

return FuzzProgram.Run(args, FuzzTargets.All, typeof(WireProtocolException).Assembly);
