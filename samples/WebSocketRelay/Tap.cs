using System.Buffers;
using System.Text;
using WireProtocols.WebSockets;

namespace WebSocketRelay;

/// <summary>Shows the messages and control frames of one direction, a line each.</summary>
/// <param name="output">Where to.</param>
/// <param name="arrow">Which way they go.</param>
/// <param name="sender">Who sends the frames.</param>
/// <param name="deflate">What the ends agreed on about compression.</param>
internal sealed class Tap(TextWriter output, char arrow, WebSocketRole sender = default, WebSocketDeflateParameters? deflate = null) : IDisposable
{
    private const int Preview = 60;

    /// <summary>Limits are for the two ends to set.</summary>
    public static readonly WebSocketMessageOptions Unlimited = new()
    {
        MaxMessageLength = long.MaxValue,
        MaxFramePayloadLength = long.MaxValue,
        MaxFragments = int.MaxValue,
        MaxEmptyFragments = int.MaxValue,
        MaxInflationRatio = int.MaxValue,
    };

    private readonly WebSocketMessageAssembler _messages = new(sender, Unlimited, deflate);
    private readonly List<byte> _beginning = [];
    private long _length;
    private long? _compressed;

    /// <summary>Shows what a frame makes, inflated where it is compressed.</summary>
    public void Show(WebSocketFramePart frame)
    {
        OperationStatus status = _messages.Add(frame, out WebSocketMessagePart part);
        for (; status == OperationStatus.Done; status = _messages.Read(out part))
        {
            _compressed = part.Opcode.IsControl() ? null : _messages.MessageCompressedLength;
            Show(part);
        }
    }

    /// <summary>Shows a control frame, or a message with its last piece.</summary>
    public void Show(scoped in WebSocketMessagePart part)
    {
        if (part.Opcode == WebSocketOpcode.Close)
        {
            WebSocketClosePayload.Decode(part.Payload, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _);
            output.WriteLine($"{arrow} Close {(ushort)code} {Encoding.UTF8.GetString(reason)}".TrimEnd());
            return;
        }

        if (part.Opcode.IsControl())
        {
            output.WriteLine($"{arrow} {part.Opcode} {Encoding.UTF8.GetString(part.Payload)}".TrimEnd());
            return;
        }

        _beginning.AddRange(part.Payload[..Math.Min(part.Payload.Length, Preview - _beginning.Count)]);
        _length += part.Payload.Length;
        if (part.IsLast)
        {
            string text = part.Opcode == WebSocketOpcode.Text ? $": {Encoding.UTF8.GetString([.. _beginning])}" : "";
            string wire = _compressed is { } compressed ? $" ({compressed} on the wire)" : "";
            output.WriteLine($"{arrow} {part.Opcode} of {_length} bytes{wire}{text}");
            _beginning.Clear();
            _length = 0;
        }
    }

    public void Dispose() => _messages.Dispose();
}
