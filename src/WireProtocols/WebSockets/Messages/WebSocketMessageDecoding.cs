using System.Buffers;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// What <see cref="WebSocketMessageDecoder"/> does, without an object of its own: a connection has one of these, and keeps little while it is idle.
/// </summary>
/// <param name="frames">Decodes the frames.</param>
/// <param name="messages">Makes messages of them.</param>
internal readonly struct WebSocketMessageDecoding(WebSocketFrameDecoder frames, WebSocketMessageAssembler messages)
{
    private readonly WebSocketFrameDecoder _frames = frames;

    /// <summary>The messages that are made of the frames.</summary>
    public WebSocketMessageAssembler Messages { get; } = messages;

    /// <summary>The broken rule, once an answer was <see cref="OperationStatus.InvalidData"/>.</summary>
    public WebSocketProtocolError Error => Messages.Error;

    /// <summary>Bytes consumed so far.</summary>
    public long Position => _frames.Position;

    /// <summary>True while there is scratch from the pool.</summary>
    public bool HoldsScratch => _frames.HoldsScratch || Messages.HoldsScratch;

    /// <summary>Makes one for a direction of a connection.</summary>
    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="pool">Where inflaters come from.</param>
    public static WebSocketMessageDecoding Create(
        WebSocketRole sender, WebSocketMessageOptions? options, WebSocketDeflateParameters? deflate, WebSocketDeflatePool pool)
    {
        options ??= WebSocketMessageOptions.Default;
        return new(
            new WebSocketFrameDecoder(sender, options.GetFrameOptions(deflate is not null)),
            new WebSocketMessageAssembler(sender, options, deflate, pool));
    }

    /// <summary>Decodes the next piece of a message, or control frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the part aside and copies it: a wide load that waits for narrow stores.
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketMessagePart part)
    {
        bytesConsumed = 0;
        part = default;
        while (Error == WebSocketProtocolError.None)
        {
            OperationStatus status = Messages.Read(out part);
            if (status == OperationStatus.NeedMoreData)
            {
                status = _frames.Decode(source[bytesConsumed..], out int consumed, out WebSocketFramePart frame);
                bytesConsumed += consumed;
                if (status == OperationStatus.InvalidData)
                {
                    return Fail(_frames.Error, _frames.ErrorOffset);
                }

                if (status == OperationStatus.NeedMoreData)
                {
                    Messages.ReleaseIdle();
                    return status;
                }

                status = Messages.Add(frame, out part);
            }

            if (status != OperationStatus.NeedMoreData)
            {
                return status;
            }
        }

        return OperationStatus.InvalidData;
    }

    /// <summary>Says that the input ends here.</summary>
    public OperationStatus Complete()
    {
        if (Error != WebSocketProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        return Messages.IsInMessage || _frames.Complete() != OperationStatus.Done
            ? Fail(WebSocketProtocolError.UnexpectedEnd, _frames.Position)
            : OperationStatus.Done;
    }

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset()
    {
        _frames.Reset();
        Messages.Reset();
    }

    /// <summary>Gives scratch and the inflater back.</summary>
    public void Dispose()
    {
        _frames.Dispose();
        Messages.Dispose();
    }

    private OperationStatus Fail(WebSocketProtocolError error, long offset)
    {
        Messages.Fail(error, offset);
        return OperationStatus.InvalidData;
    }
}
