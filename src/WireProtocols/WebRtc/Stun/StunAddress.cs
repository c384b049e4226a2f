using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.WebRtc;

/// <summary>A transport address as attributes have it (RFC 8489 §14.1).</summary>
/// <param name="Bits">The address; of IPv4 the lowest 32 bits.</param>
/// <param name="Port">The port.</param>
/// <param name="IsIPv6">True for IPv6, false for IPv4.</param>
public readonly record struct StunAddress(UInt128 Bits, ushort Port, bool IsIPv6)
{
    internal const int FamilyIPv4 = 1;
    internal const int FamilyIPv6 = 2;
    internal const int FixedSize = 4;
    internal const int IPv6Size = 16;

    private const ushort PortMask = (ushort)(StunMessage.MagicCookie >> 16);

    /// <summary>The size of the value of the attribute in bytes: 8, or 20 for IPv6.</summary>
    public int Size => FixedSize + (IsIPv6 ? IPv6Size : sizeof(uint));

    /// <summary>Makes one of an end point. An address of IPv4 that is mapped into IPv6 is one of IPv4.</summary>
    /// <exception cref="ArgumentException">The address family is neither IPv4 nor IPv6.</exception>
    public static StunAddress From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (endPoint.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException("Attributes hold addresses of IPv4 and IPv6.", nameof(endPoint));
        }

        IPAddress address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        Span<byte> bytes = stackalloc byte[IPv6Size];
        address.TryWriteBytes(bytes, out int length);
        bool isIPv6 = length == IPv6Size;
        UInt128 bits = isIPv6 ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return new StunAddress(bits, (ushort)endPoint.Port, isIPv6);
    }

    /// <summary>The end point.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[IPv6Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPEndPoint(new IPAddress(IsIPv6 ? bytes : bytes[^sizeof(uint)..]), Port);
    }

    /// <summary>Reads the value of an attribute.</summary>
    /// <param name="value">The value.</param>
    /// <param name="transactionId">The transaction id where the value is that of XOR-MAPPED-ADDRESS; empty for MAPPED-ADDRESS.</param>
    /// <param name="address">The address.</param>
    /// <returns>False for another family, or another length than that of the family.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> value, ReadOnlySpan<byte> transactionId, out StunAddress address)
    {
        address = default;
        bool isIPv6 = value.Length == FixedSize + IPv6Size;
        if (value.Length != FixedSize + sizeof(uint) && !isIPv6)
        {
            return false;
        }

        // "The first 8 bits … MUST be ignored by receivers."
        if (value[1] != (isIPv6 ? FamilyIPv6 : FamilyIPv4))
        {
            return false;
        }

        UInt128 bits = isIPv6 ? BinaryPrimitives.ReadUInt128BigEndian(value[FixedSize..]) : BinaryPrimitives.ReadUInt32BigEndian(value[FixedSize..]);
        address = new StunAddress(bits, BinaryPrimitives.ReadUInt16BigEndian(value[2..]), isIPv6);
        address = transactionId.IsEmpty ? address : address.Xor(transactionId);
        return true;
    }

    /// <summary>Writes the value of an attribute.</summary>
    /// <param name="transactionId">The transaction id for XOR-MAPPED-ADDRESS; empty for MAPPED-ADDRESS.</param>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    internal void Encode(ReadOnlySpan<byte> transactionId, Span<byte> destination)
    {
        StunAddress sent = transactionId.IsEmpty ? this : Xor(transactionId);
        destination[0] = 0;
        destination[1] = IsIPv6 ? (byte)FamilyIPv6 : (byte)FamilyIPv4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sent.Port);
        if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination[FixedSize..], sent.Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[FixedSize..], (uint)sent.Bits);
        }
    }

    /// <summary>"X-Address is computed by XOR'ing … with the magic cookie", of IPv6 with the transaction id as well.</summary>
    private StunAddress Xor(ReadOnlySpan<byte> transactionId)
    {
        UInt128 mask = StunMessage.MagicCookie;
        if (IsIPv6)
        {
            mask = (mask << 96) | ((UInt128)BinaryPrimitives.ReadUInt32BigEndian(transactionId) << 64)
                | BinaryPrimitives.ReadUInt64BigEndian(transactionId[sizeof(uint)..]);
        }

        return this with { Bits = Bits ^ mask, Port = (ushort)(Port ^ PortMask) };
    }

    /// <summary>For instance <c>192.0.2.1:3478</c>.</summary>
    public override string ToString() => ToEndPoint().ToString();
}
