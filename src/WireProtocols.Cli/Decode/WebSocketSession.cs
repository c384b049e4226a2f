using System.Buffers;
using System.Globalization;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>What frames and messages share: the loop over the decoder, and how a violation is told.</summary>
internal abstract class WebSocketSession(DecodeRun run, WebSocketFrameDecoder decoder) : DecodeSession(run)
{
    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(bytes, out int consumed, out WebSocketFramePart part);
            bytes = bytes[consumed..];
            switch (status)
            {
                case OperationStatus.Done when Accept(part):
                    break;
                case OperationStatus.NeedMoreData:
                    return true;
                case OperationStatus.InvalidData:
                    Report(decoder.Error, decoder.ErrorOffset);
                    return false;
                default:
                    return false;
            }
        }
    }

    public override void Complete()
    {
        if (decoder.Complete() != OperationStatus.Done)
        {
            Report(decoder.Error, decoder.ErrorOffset);
        }
        else if (IsInsideMessage)
        {
            Report(WebSocketProtocolError.UnexpectedEnd, decoder.Position);
        }
    }

    /// <summary>Whether the element that is shown is under way between two frames.</summary>
    protected virtual bool IsInsideMessage => false;

    /// <summary>Takes a frame or a piece of one.</summary>
    /// <returns>False after a violation.</returns>
    protected abstract bool Accept(scoped in WebSocketFramePart part);

    protected void Report(WebSocketProtocolError error, long offset)
    {
        WebSocketCloseCode code = error.GetCloseCode();
        Run.Fail(
            error,
            error.GetRule(),
            offset,
            more: row => row.WriteNumber("closeCode"u8, (int)code),
            raise: code == WebSocketCloseCode.MessageTooBig ? "--max-element" : null,
            remark: code.IsValidOnWire() ? $"an endpoint closes with {Describe(code)}" : $"an endpoint counts it as {Describe(code)} and sends nothing");
    }

    /// <summary>The name of an opcode; a reserved one is its number, <c>0x3</c>.</summary>
    protected static string NameOf(WebSocketOpcode opcode) => opcode switch
    {
        WebSocketOpcode.Continuation => "continuation",
        WebSocketOpcode.Text => "text",
        WebSocketOpcode.Binary => "binary",
        WebSocketOpcode.Close => "close",
        WebSocketOpcode.Ping => "ping",
        WebSocketOpcode.Pong => "pong",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{(byte)opcode:x}"),
    };

    protected static string Describe(WebSocketCloseCode code)
        => Enum.IsDefined(code) ? $"{(ushort)code} ({code})" : (ushort)code is >= 3000 and < 4000 ? $"{(ushort)code} (registered)" : $"{(ushort)code}";

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        base.Dispose(disposing);
    }
}
