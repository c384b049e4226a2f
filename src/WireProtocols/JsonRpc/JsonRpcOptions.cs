namespace WireProtocols.JsonRpc;

/// <summary>Which messages are read, and their limits. Immutable.</summary>
public sealed class JsonRpcOptions
{
    /// <summary>The strict defaults, for header fields.</summary>
    public static JsonRpcOptions Default { get; } = new();

    /// <summary>How messages are told apart.</summary>
    public JsonRpcFraming Framing { get; init; }

    /// <summary>The longest header in bytes, its empty line included; at least 32. 4 KiB by default.</summary>
    public int MaxHeaderLength { get; init => field = AtLeast(32, value); } = 4 * 1024;

    /// <summary>The longest message in bytes; at least 1. 16 MiB by default.</summary>
    public int MaxContentLength { get; init => field = AtLeast(1, value); } = 16 * 1024 * 1024;

    /// <summary>The deepest nesting of a message; at least 1. 64 by default.</summary>
    public int MaxDepth { get; init => field = AtLeast(1, value); } = 64;

    /// <summary>Whether each message is checked to be one JSON text in UTF-8. On; off, messages are told apart and not looked into.</summary>
    public bool Validate { get; init; } = true;

    /// <summary>Whether a message may be a batch. On; protocols that have none, such as LSP and MCP since 2025-06-18, turn it off.</summary>
    public bool AllowBatch { get; init; } = true;

    /// <summary>
    /// Goes on behind a bad message, which is then handed out with its <see cref="JsonRpcMessage.Error"/>. Behind a bad header, what follows is
    /// skipped up to the next <c>Content-Length:</c>, wherever in a line it stands, since what gets between messages is mostly the output of
    /// somebody else; <see cref="JsonRpcMessage.SkippedLength"/> says how much that was. Off by default: the first violation ends the input.
    /// </summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Lets LF alone end a header field. Off by default.</summary>
    public bool AllowBareLineFeed { get; init; }

    /// <summary>Skips empty lines between messages on lines. Off by default.</summary>
    public bool IgnoreEmptyLines { get; init; }

    private static int AtLeast(int least, int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }
}
