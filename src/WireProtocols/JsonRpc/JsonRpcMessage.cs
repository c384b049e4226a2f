namespace WireProtocols.JsonRpc;

/// <summary>
/// One message, or what was there instead of one. Its slice points into the decoder's source, or into its scratch where the message spans two pieces
/// of the input, and is valid until the next call.
/// </summary>
public readonly ref struct JsonRpcMessage
{
    internal JsonRpcMessage(long offset, ReadOnlySpan<byte> content)
    {
        Offset = offset;
        Content = content;
    }

    internal JsonRpcMessage(long offset, ReadOnlySpan<byte> content, JsonRpcProtocolError error, long errorOffset, long skippedLength)
    {
        Offset = offset;
        Content = content;
        Error = error;
        ErrorOffset = error == JsonRpcProtocolError.None ? 0 : errorOffset;
        SkippedLength = error == JsonRpcProtocolError.None ? 0 : skippedLength;
    }

    /// <summary>The offset of the first byte of <see cref="Content"/>, from the start of the input; of a bad header, of its first byte.</summary>
    public long Offset { get; }

    /// <summary>The JSON text. Of a bad message, what there is of it; empty when its header was bad, or it was too long for a line.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>The rule that the message breaks, with <see cref="JsonRpcOptions.ContinueOnError"/>.</summary>
    public JsonRpcProtocolError Error { get; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; }

    /// <summary>How many bytes from <see cref="Offset"/> on are none of a message that is good: 0 unless this one is bad. Of a line that is too long,
    /// what follows up to its end is passed over too, and not counted.</summary>
    public long SkippedLength { get; }

    /// <summary>Whether the message breaks no rule of its framing. Whether it is one of JSON-RPC, <see cref="Outline"/> says.</summary>
    public bool IsValid => Error == JsonRpcProtocolError.None;

    /// <summary>What kind of message it is. One that breaks a rule is <see cref="JsonRpcMessageKind.Invalid"/>, and its problem is
    /// <see cref="Error"/>.</summary>
    public JsonRpcOutline Outline => IsValid ? JsonRpcOutline.Read(Content, int.MaxValue) : new JsonRpcOutline { Problem = Error };

    /// <summary>A copy that may be kept.</summary>
    public OwnedJsonRpcMessage ToOwned() => new(Offset, Content.ToArray(), Error, ErrorOffset, SkippedLength);
}
