using System.Buffers;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Formats;

/// <summary>
/// Follows text messages through their fragments and says where one stops being UTF-8 (RFC 6455 §8.1). Compressed ones it cannot judge.
/// </summary>
internal struct WebSocketTextCheck
{
    private Utf8Validator _validator;
    private bool _inText;

    /// <summary>Judges a frame or a piece of one.</summary>
    /// <returns>The index of the offending byte in the payload of the frame, or -1; its length where the text ends inside a character.</returns>
    public long FindError(scoped in WebSocketFramePart part)
    {
        WebSocketFrameHeader header = part.Header;
        if (header.Opcode is WebSocketOpcode.Text or WebSocketOpcode.Binary && part.IsFirst)
        {
            _inText = header.Opcode == WebSocketOpcode.Text && header.ReservedBits == WebSocketReservedBits.None;
            _validator.Reset();
        }
        else if (header.Opcode is not (WebSocketOpcode.Text or WebSocketOpcode.Continuation))
        {
            return -1;
        }

        if (!_inText)
        {
            return -1;
        }

        OperationStatus status = _validator.Validate(part.Payload, out int index);
        bool cutOff = status == OperationStatus.NeedMoreData && header.Fin && part.IsLast;
        if (status != OperationStatus.InvalidData && !cutOff)
        {
            return -1;
        }

        // One violation a message is enough.
        _inText = false;
        return part.PayloadOffset + (cutOff ? part.Payload.Length : index);
    }
}
