using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.Tests.Conformance;

/// <summary>The masking keys of the subject, as people make them.</summary>
internal sealed class SubjectKeys(ClientDefect defect, string nonce)
{
    private readonly Random _seeded = new(1);
    private readonly byte[] _first = RandomNumberGenerator.GetBytes(4);
    private uint _ticks;
    private uint _count = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Whether a frame is masked.</summary>
    public bool Masks(int opcode, byte[] payload) => defect switch
    {
        ClientDefect.MasksNothing => false,
        ClientDefect.MasksNoPong => opcode != 10,
        ClientDefect.MasksNoClose => opcode != 8,
        ClientDefect.MasksNoEmptyFrame => payload.Length > 0,
        ClientDefect.MasksNoLargeFrame => payload.Length < 65536,
        ClientDefect.MasksNoBinary => opcode != 2,
        _ => true,
    };

    public byte[] Next(int opcode)
    {
        byte[] random = RandomNumberGenerator.GetBytes(4);
        switch (defect)
        {
            case ClientDefect.ZeroKeys:
            case ClientDefect.ZeroKeysOfPongs when opcode == 10:
                return [0, 0, 0, 0];
            case ClientDefect.ConstantKey:
                return [0x37, 0xFA, 0x21, 0x3D];
            case ClientDefect.KeyOfTheConnection:
                return _first;
            case ClientDefect.TwoKeys:
                return _count++ % 2 == 0 ? _first : [.. _first.Reverse()];
            case ClientDefect.CountingKeys:
                BinaryPrimitives.WriteUInt32BigEndian(random, _count++);
                return random;
            case ClientDefect.CountingKeysLittleEndian:
                BinaryPrimitives.WriteUInt32LittleEndian(random, _count += 3);
                return random;
            case ClientDefect.GeneratedKeys:
                BinaryPrimitives.WriteUInt32LittleEndian(random, _count = unchecked((_count * 1103515245) + 12345));
                return random;
            case ClientDefect.KeysOfTheClock:
                BinaryPrimitives.WriteUInt32BigEndian(random, (uint)Environment.TickCount64 + _ticks++);
                return random;
            case ClientDefect.OneByteKeys:
                return [random[0], random[0], random[0], random[0]];
            case ClientDefect.DigitKeys:
                return [.. random.Select(b => (byte)('0' + (b % 8)))];
            case ClientDefect.KeysOf16Bits:
                return [0, 0, random[0], random[1]];
            case ClientDefect.PositiveKeys:
                return [(byte)(random[0] & 0x7F), random[1], random[2], random[3]];
            case ClientDefect.SeededKeys:
                _seeded.NextBytes(random);
                return random;
            case ClientDefect.KeyOfTheNonce when _count != 0:
                _count = 0;
                return Convert.FromBase64String(nonce)[..4];
            default:
                return random;
        }
    }

    public int IndexOf(int index)
        => (defect == ClientDefect.MasksFromTheSecond ? index + 1 : defect == ClientDefect.MasksLate ? index / 2 : index) & 3;
}
