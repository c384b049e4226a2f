using System.Buffers.Binary;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>A frame as a test writes it down, legal or not.</summary>
public sealed record RawFrame(int Opcode, byte[] Payload, bool Fin = true, int Rsv = 0)
{
    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public static RawFrame Text(string text, bool fin = true, int rsv = 0) => new(1, Encoding.UTF8.GetBytes(text), fin, rsv);

    public static RawFrame Text(byte[] payload, bool fin = true) => new(1, payload, fin);

    public static RawFrame Binary(byte[] payload, bool fin = true, int rsv = 0) => new(2, payload, fin, rsv);

    public static RawFrame More(string text, bool fin = false, int rsv = 0) => new(0, Encoding.UTF8.GetBytes(text), fin, rsv);

    public static RawFrame More(byte[] payload, bool fin = false) => new(0, payload, fin);

    public static RawFrame Ping(string text = "", bool fin = true, int rsv = 0) => new(9, Encoding.UTF8.GetBytes(text), fin, rsv);

    public static RawFrame Pong(string text = "", bool fin = true) => new(10, Encoding.UTF8.GetBytes(text), fin);

    public static RawFrame Close(int code, string reason = "", int rsv = 0)
        => Close([(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)], rsv);

    public static RawFrame Close(byte[] payload, int rsv = 0) => new(8, payload, true, rsv);

    public static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    public static string Stars(int length) => new('*', length);

    /// <summary>A message cut into fragments of a length.</summary>
    public static RawFrame[] Fragments(RawFrame message, int length)
        =>
        [
            .. message.Payload.Chunk(length).Select((piece, i) => new RawFrame(
                i == 0 ? message.Opcode : 0, piece, (i + 1) * (long)length >= message.Payload.Length, i == 0 ? message.Rsv : 0)),
        ];

    /// <summary>Whether it is answered by itself: a Ping, and the frame that ends a message.</summary>
    public bool IsAnswered => Fin && Opcode is 0 or 1 or 2 or 9;

    /// <summary>The frame on the wire, written from the diagram of RFC 6455 §5.2.</summary>
    public byte[] ToBytes(bool masked)
    {
        List<byte> bytes = [(byte)((Fin ? 0x80 : 0) | (Rsv << 4) | Opcode)];
        int mask = masked ? 0x80 : 0;
        switch (Payload.Length)
        {
            case <= 125:
                bytes.Add((byte)(mask | Payload.Length));
                break;
            case <= 0xFFFF:
                bytes.AddRange([(byte)(mask | 126), (byte)(Payload.Length >> 8), (byte)Payload.Length]);
                break;
            default:
                byte[] length = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(length, Payload.Length);
                bytes.AddRange([(byte)(mask | 127), .. length]);
                break;
        }

        if (masked)
        {
            bytes.AddRange(Key);
        }

        byte[] frame = [.. bytes, .. Payload];
        for (int i = 0; masked && i < Payload.Length; i++)
        {
            frame[bytes.Count + i] ^= Key[i & 3];
        }

        return frame;
    }

    /// <summary>What a transcript says of it; of a Close, only the code.</summary>
    public override string ToString()
    {
        if (Opcode == 8)
        {
            return Payload.Length < 2 ? "Close" : $"Close {BinaryPrimitives.ReadUInt16BigEndian(Payload)}";
        }

        string payload
            = Payload.Length <= 32 ? Convert.ToHexString(Payload) : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Payload));
        return $"{(WebSocketOpcode)Opcode} {Payload.Length} {payload}{(Fin ? "" : " unfinished")}";
    }
}
