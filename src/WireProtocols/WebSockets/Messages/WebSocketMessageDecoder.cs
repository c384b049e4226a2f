using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Decodes the messages of one direction of a connection (RFC 6455 §5.4, §8.1) from bytes in any split: joins fragments, lets control frames
/// through, validates text as it arrives, and inflates where permessage-deflate was agreed (RFC 7692). Payload comes in pieces and is never gathered.
/// </summary>
public sealed class WebSocketMessageDecoder : IDisposable
{
    private readonly WebSocketMessageDecoding _decoding;

    /// <summary>Creates a decoder.</summary>
    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    public WebSocketMessageDecoder(WebSocketRole sender, WebSocketMessageOptions? options = null, WebSocketDeflateParameters? deflate = null)
        : this(sender, options, deflate, WebSocketDeflatePool.Shared)
    {
    }

    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="pool">Where inflaters come from.</param>
    internal WebSocketMessageDecoder(
        WebSocketRole sender, WebSocketMessageOptions? options, WebSocketDeflateParameters? deflate, WebSocketDeflatePool pool)
    {
        _decoding = WebSocketMessageDecoding.Create(sender, options, deflate, pool);
    }

    /// <summary>
    /// The broken rule, once <see cref="Decode"/> or <see cref="Complete"/> has answered <see cref="OperationStatus.InvalidData"/>.
    /// </summary>
    public WebSocketProtocolError Error => _decoding.Error;

    /// <summary>The offset of the offending byte, in bytes from the start of the input; in compressed text, of the frame that it came from.</summary>
    public long ErrorOffset => _decoding.Messages.ErrorOffset;

    /// <summary>Bytes consumed so far.</summary>
    public long Position => _decoding.Position;

    /// <summary>True while it has scratch from the pool.</summary>
    internal bool HoldsScratch => _decoding.HoldsScratch;

    /// <summary>True inside a message, between its pieces.</summary>
    public bool IsInMessage => _decoding.Messages.IsInMessage;

    /// <summary>Where the message that is under way, or was last, begins, in bytes from the start of the input.</summary>
    public long MessageOffset => _decoding.Messages.MessageOffset;

    /// <summary>The frames so far of the message that is under way, or was last.</summary>
    public int MessageFragments => _decoding.Messages.MessageFragments;

    /// <summary>The bytes so far of that message as they crossed the wire, where it is compressed; null where it is not.</summary>
    public long? MessageCompressedLength => _decoding.Messages.MessageCompressedLength;

    /// <summary>Decodes the next piece of a message, or control frame.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">Bytes taken in; all of them with <see cref="OperationStatus.NeedMoreData"/>.</param>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, the piece or control frame; valid until the next call.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>.
    /// </returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketMessagePart part)
        => _decoding.Decode(source, out bytesConsumed, out part);

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between messages, else <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Complete() => _decoding.Complete();

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset() => _decoding.Reset();

    /// <summary>Gives scratch and the inflater back.</summary>
    public void Dispose() => _decoding.Dispose();
}
