using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.WebRtc;

/// <summary>What an endpoint that answers INIT has to know later, and leaves with its peer, signed (RFC 9260 §5.1.3).</summary>
/// <param name="LocalTag">The tag of the one who made the cookie.</param>
/// <param name="LocalTsn">Its first TSN.</param>
/// <param name="Peer">What the peer's INIT said.</param>
/// <param name="KnowsForward">Whether the peer knows FORWARD-TSN.</param>
/// <param name="KnowsReconfig">Whether the peer knows RE-CONFIG.</param>
/// <param name="Created">When it was made, on the clock of its maker.</param>
/// <param name="Ties">What ties it to the association that there was when it was made.</param>
internal readonly record struct SctpCookie(
    uint LocalTag, uint LocalTsn, SctpInit Peer, bool KnowsForward, bool KnowsReconfig, TimeSpan Created, SctpTieTags Ties)
{
    private const int KeySize = 32;
    private const int PeerOffset = 8;
    private const int FlagsOffset = PeerOffset + SctpInit.FieldsSize;
    private const int CreatedOffset = FlagsOffset + sizeof(uint);
    private const int TiesOffset = CreatedOffset + sizeof(long);
    private const int TextSize = TiesOffset + (2 * sizeof(uint));
    private const int Forward = 1;
    private const int Reconfig = 2;

    /// <summary>A key for cookies, which nobody else has.</summary>
    public static byte[] CreateKey() => RandomNumberGenerator.GetBytes(KeySize);

    /// <summary>The cookie as bytes, with an HMAC-SHA256.</summary>
    public byte[] Seal(byte[] key)
    {
        byte[] bytes = new byte[TextSize + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, LocalTag);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(sizeof(uint)), LocalTsn);
        Peer.Write(bytes.AsSpan(PeerOffset));
        bytes[FlagsOffset] = (byte)((KnowsForward ? Forward : 0) | (KnowsReconfig ? Reconfig : 0));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(CreatedOffset), Created.Ticks);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(TiesOffset), Ties.Local);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(TiesOffset + sizeof(uint)), Ties.Peer);
        HMACSHA256.HashData(key, bytes.AsSpan(0, TextSize), bytes.AsSpan(TextSize));
        return bytes;
    }

    /// <summary>Reads a cookie that was sealed with the key; what was not is none.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, byte[] key, out SctpCookie cookie)
    {
        cookie = default;
        if (bytes.Length != TextSize + HMACSHA256.HashSizeInBytes)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes[..TextSize], hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, bytes[TextSize..]))
        {
            return false;
        }

        cookie = new SctpCookie(
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[sizeof(uint)..]),
            SctpInit.Read(bytes[PeerOffset..]),
            (bytes[FlagsOffset] & Forward) != 0,
            (bytes[FlagsOffset] & Reconfig) != 0,
            new TimeSpan(BinaryPrimitives.ReadInt64BigEndian(bytes[CreatedOffset..])),
            new SctpTieTags(
                BinaryPrimitives.ReadUInt32BigEndian(bytes[TiesOffset..]),
                BinaryPrimitives.ReadUInt32BigEndian(bytes[(TiesOffset + sizeof(uint))..])));
        return true;
    }
}
