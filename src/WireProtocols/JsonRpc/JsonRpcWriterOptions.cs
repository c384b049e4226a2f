namespace WireProtocols.JsonRpc;

/// <summary>How a <see cref="JsonRpcWriter"/> writes. Immutable.</summary>
public sealed class JsonRpcWriterOptions
{
    /// <summary>The defaults, for header fields.</summary>
    public static JsonRpcWriterOptions Default { get; } = new();

    /// <summary>How messages are told apart.</summary>
    public JsonRpcFraming Framing { get; init; }

    /// <summary>Whether a message is checked to be one JSON text in UTF-8. On. That it stays one message is always checked.</summary>
    public bool Validate { get; init; } = true;

    /// <summary>The deepest nesting that the check takes; at least 1. 64 by default.</summary>
    public int MaxDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;
}
