namespace WireProtocols.Cli.Serve;

/// <summary>A message has no room in the memory that all connections share.</summary>
internal sealed class OutOfMemoryBudgetException() : Exception("The server holds as much as it may for all its clients together.");
