namespace WireProtocols.JsonRpc;

/// <summary>One message that may be kept: what <see cref="JsonRpcMessage.ToOwned"/> makes.</summary>
/// <param name="Offset">The offset of its first byte, from the start of the input.</param>
/// <param name="Content">The JSON text.</param>
/// <param name="Error">The rule that the message breaks, with <see cref="JsonRpcOptions.ContinueOnError"/>.</param>
/// <param name="ErrorOffset">The offset of the offending byte, from the start of the input.</param>
/// <param name="SkippedLength">How many bytes from the offset on were passed over.</param>
public sealed record OwnedJsonRpcMessage(
    long Offset, ReadOnlyMemory<byte> Content, JsonRpcProtocolError Error, long ErrorOffset, long SkippedLength);
