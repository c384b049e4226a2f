using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.WebRtc;

/// <summary>
/// The Tie-Tags of an association and of the cookies that were made while it was there: "populated with a random value other than 0", and 0 where no
/// association was known (RFC 9260 §5.2.2).
/// </summary>
internal readonly record struct SctpTieTags(uint Local, uint Peer)
{
    /// <summary>Tags for an association.</summary>
    public static SctpTieTags Create() => new(SctpTags.Create(), SctpTags.Create());
}

/// <summary>"It is very important that the Initiate Tag value be randomized" (RFC 9260 §5.3.1).</summary>
internal static class SctpTags
{
    /// <summary>A number that is not 0.</summary>
    public static uint Create()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        return Math.Max(1, BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }
}
