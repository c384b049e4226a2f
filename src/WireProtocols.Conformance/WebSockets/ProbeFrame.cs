using System.Buffers.Binary;
using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>How a frame says its length.</summary>
internal enum LengthForm
{
    Shortest,
    In16Bits,
    In64Bits,
}

/// <summary>A frame with nothing checked: what no writer of the library would write, this does.</summary>
internal sealed record ProbeFrame(int Opcode, byte[] Payload, bool Fin = true, int Rsv = 0)
{
    /// <summary>Null for what is right in the direction in which it goes.</summary>
    public bool? IsMasked { get; init; }

    public LengthForm Form { get; init; }

    /// <summary>A length that is announced in place of the true one, in 64 bits.</summary>
    public ulong? Announced { get; init; }

    /// <summary>The masking key; null for one of the dice.</summary>
    public byte[]? Key { get; init; }

    public static ProbeFrame Text(string text, bool fin = true, int rsv = 0) => new(1, System.Text.Encoding.UTF8.GetBytes(text), fin, rsv);

    public static ProbeFrame Text(byte[] text, bool fin = true, int rsv = 0) => new(1, text, fin, rsv);

    public static ProbeFrame Binary(byte[] bytes, bool fin = true, int rsv = 0) => new(2, bytes, fin, rsv);

    public static ProbeFrame More(byte[] bytes, bool fin = false, int rsv = 0) => new(0, bytes, fin, rsv);

    public static ProbeFrame More(string text, bool fin = false, int rsv = 0) => new(0, System.Text.Encoding.UTF8.GetBytes(text), fin, rsv);

    public static ProbeFrame Ping(string text = "") => new(9, System.Text.Encoding.UTF8.GetBytes(text));

    public static ProbeFrame Pong(string text = "") => new(10, System.Text.Encoding.UTF8.GetBytes(text));

    public static ProbeFrame Close(byte[] payload) => new(8, payload);

    public static ProbeFrame Close(int code, string reason = "")
        => new(8, [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)]);

    /// <summary>A message cut into frames of a length.</summary>
    public static ProbeFrame[] Cut(int opcode, byte[] payload, int length, int rsv = 0)
        =>
        [
            .. payload.Chunk(length).Select((piece, i) => new ProbeFrame(
                i == 0 ? opcode : 0, piece, Fin: (i + 1) * (long)length >= payload.Length, Rsv: i == 0 ? rsv : 0)),
        ];

    /// <param name="dice">What keys are made from.</param>
    /// <param name="masks">Whether a right frame is masked.</param>
    public byte[] ToBytes(Random dice, bool masks)
    {
        bool isMasked = IsMasked ?? masks;
        List<byte> header = [(byte)((Fin ? 0x80 : 0) | (Rsv << 4) | Opcode)];
        int mask = isMasked ? 0x80 : 0;
        ulong length = Announced ?? (ulong)Payload.Length;
        if (Announced is not null || Form == LengthForm.In64Bits || length > 65535)
        {
            header.Add((byte)(mask | 127));
            byte[] number = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(number, length);
            header.AddRange(number);
        }
        else if (Form == LengthForm.In16Bits || length > 125)
        {
            header.AddRange([(byte)(mask | 126), (byte)(length >> 8), (byte)length]);
        }
        else
        {
            header.Add((byte)(mask | (int)length));
        }

        byte[] key = isMasked ? Key ?? NewKey(dice) : [];
        byte[] frame = [.. header, .. key, .. Payload];
        for (int i = 0; isMasked && i < Payload.Length; i++)
        {
            frame[header.Count + 4 + i] ^= key[i & 3];
        }

        return frame;
    }

    public override string ToString()
    {
        string name = Opcode switch
        {
            0 => "continuation",
            1 => "text",
            2 => "binary",
            8 => "Close",
            9 => "Ping",
            10 => "Pong",
            _ => string.Create(CultureInfo.InvariantCulture, $"opcode {Opcode}"),
        };
        string length = Announced is { } announced
            ? string.Create(CultureInfo.InvariantCulture, $"{announced} bytes announced")
            : string.Create(CultureInfo.InvariantCulture, $"{Payload.Length} bytes");
        string mask = IsMasked switch { null => "", true => " masked", _ => " unmasked" };
        return $"{name}{(Fin ? "" : " without FIN")}{(Rsv == 0 ? "" : $" RSV {Rsv}")}{mask}, {length}";
    }

    private static byte[] NewKey(Random dice)
    {
        byte[] key = new byte[4];
        dice.NextBytes(key);
        return key;
    }
}
