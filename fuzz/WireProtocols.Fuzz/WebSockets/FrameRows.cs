using System.Globalization;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>Frames as rows of text: what decoder and oracle are compared by. The pieces of a payload are one row.</summary>
public sealed class FrameRows : Transcript
{
    public void Add(in WebSocketFramePart part)
    {
        WebSocketFrameHeader header = part.Header;
        if (part.IsFirst)
        {
            uint? key = header.IsMasked ? header.MaskingKey : null;
            Frame(
                part.Offset,
                (int)header.Opcode,
                header.Fin,
                (int)header.ReservedBits,
                key,
                header.HeaderLength,
                header.PayloadLength,
                part.Violation);
        }

        Payload(part.Payload);
    }

    public void Frame(long offset, int opcode, bool fin, int rsv, uint? key, int headerLength, long length, WebSocketProtocolError violation)
    {
        string bits = (fin ? " fin" : "") + (rsv == 0 ? "" : Invariant($" rsv {rsv}")) + (key is { } k ? Invariant($" key {k:x8}") : "");
        string broken = violation == WebSocketProtocolError.None ? "" : $" violates {violation}";
        Row(Invariant($"frame {offset} {(WebSocketOpcode)opcode}{bits} header {headerLength} length {length}{broken}"));
    }

    public void Error(WebSocketProtocolError error, long offset) => Row(Invariant($"error {error} {offset}"));

    public void End(long length) => Row(Invariant($"end {length}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
