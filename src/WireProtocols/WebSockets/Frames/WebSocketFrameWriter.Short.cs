using System.Buffers.Binary;

namespace WireProtocols.WebSockets;

// The fast way: a short frame in one write.
public sealed partial class WebSocketFrameWriter
{
    /// <summary>The way of almost every frame: two bytes of header, a legal place, no Close. Whatever is not so is left to the general way.</summary>
    private bool TryWriteShort(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool fin, WebSocketReservedBits reservedBits)
    {
        int first = (fin ? WebSocketFrameHeader.FinBit : 0) | ((int)reservedBits << 4) | (int)opcode;
        bool fits = (((int)opcode & ~0xF) | ((int)reservedBits & ~0x7)) == 0 && payload.Length <= WebSocketFrameHeader.MaxControlPayloadLength;
        if (!fits || opcode == WebSocketOpcode.Close || _payloadRemaining != 0)
        {
            return false;
        }

        byte next = _nextState[first];
        if (next == WebSocketFrameRules.Illegal)
        {
            return false;
        }

        if (_masks)
        {
            uint key = NextKey();
            Span<byte> destination = _output.GetSpan(6 + payload.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)(first | ((WebSocketFrameHeader.MaskBit | payload.Length) << 8)));
            BinaryPrimitives.WriteUInt32BigEndian(destination[2..], key);
            WebSocketMask.Apply(payload, destination[6..], key);
            _output.Advance(6 + payload.Length);
        }
        else
        {
            Span<byte> destination = _output.GetSpan(2 + payload.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)(first | (payload.Length << 8)));
            payload.CopyTo(destination[2..]);
            _output.Advance(2 + payload.Length);
        }

        if (next != (byte)_state)
        {
            MoveTo((WebSocketFrameState)next);
        }

        return true;
    }
}
