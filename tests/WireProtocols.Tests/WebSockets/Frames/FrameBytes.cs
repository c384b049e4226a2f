using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Frames made byte by byte, with nothing of the library but its names.</summary>
internal static class FrameBytes
{
    /// <summary>The key of the examples in RFC 6455 §5.7.</summary>
    public const uint Key = 0x37FA213D;

    /// <summary>A frame as a client sends it.</summary>
    public static byte[] Masked(WebSocketOpcode opcode, byte[] payload, bool fin = true, int rsv = 0, uint key = Key)
        => Create(opcode, payload, fin, rsv, key);

    /// <summary>A frame as a server sends it.</summary>
    public static byte[] Plain(WebSocketOpcode opcode, byte[] payload, bool fin = true, int rsv = 0)
        => Create(opcode, payload, fin, rsv, null);

    /// <summary>A frame as that end sends it.</summary>
    public static byte[] From(WebSocketRole sender, WebSocketOpcode opcode, byte[] payload, bool fin = true)
        => Create(opcode, payload, fin, 0, sender == WebSocketRole.Client ? Key : null);

    /// <summary>Bytes that differ, so that none of them can be taken for another.</summary>
    public static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        return payload;
    }

    private static byte[] Create(WebSocketOpcode opcode, byte[] payload, bool fin, int rsv, uint? key)
    {
        int maskBit = key is null ? 0 : 0x80;
        List<byte> bytes = [(byte)((fin ? 0x80 : 0) | (rsv << 4) | (int)opcode)];
        int length = payload.Length;
        if (length < 126)
        {
            bytes.Add((byte)(maskBit | length));
        }
        else if (length < 65536)
        {
            bytes.AddRange([(byte)(maskBit | 126), (byte)(length >> 8), (byte)length]);
        }
        else
        {
            bytes.AddRange([(byte)(maskBit | 127), 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
        }

        byte[] keyBytes = key is { } k ? [(byte)(k >> 24), (byte)(k >> 16), (byte)(k >> 8), (byte)k] : [];
        bytes.AddRange(keyBytes);
        bytes.AddRange(payload.Select((octet, i) => keyBytes.Length == 0 ? octet : (byte)(octet ^ keyBytes[i % 4])));
        return [.. bytes];
    }
}
