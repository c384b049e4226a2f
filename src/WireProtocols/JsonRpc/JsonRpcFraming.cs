namespace WireProtocols.JsonRpc;

/// <summary>How messages are told apart.</summary>
public enum JsonRpcFraming
{
    /// <summary>Behind header fields, one of which is the length: the Language Server Protocol, and those that took its base over, such as the Debug
    /// Adapter Protocol and the Build Server Protocol.</summary>
    HeaderFields,

    /// <summary>A message a line: the stdio transport of the Model Context Protocol, and the Agent Client Protocol.</summary>
    Lines,
}
