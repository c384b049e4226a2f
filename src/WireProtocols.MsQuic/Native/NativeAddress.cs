using System.Net;
using System.Net.Sockets;

namespace WireProtocols.MsQuic;

/// <summary><c>QUIC_ADDR</c>, which is the platform's own socket address.</summary>
internal static unsafe class NativeAddress
{
    /// <summary>The size of the larger of the two kinds.</summary>
    public const int Size = 28;

    /// <summary><c>QUIC_ADDRESS_FAMILY</c>: the platform's number of it.</summary>
    public static ushort GetFamily(AddressFamily family)
        => family != AddressFamily.InterNetworkV6 ? (ushort)2
            : OperatingSystem.IsWindows() ? (ushort)23
            : OperatingSystem.IsMacOS() ? (ushort)30
            : (ushort)10;

    /// <param name="endPoint">The address.</param>
    /// <param name="target"><see cref="Size"/> bytes.</param>
    public static void Write(IPEndPoint endPoint, byte* target)
    {
        // In bounds: the caller has Size bytes, and no more of the address are copied; those of an IPv4 or IPv6 address are not more.
        Span<byte> bytes = new(target, Size);
        bytes.Clear();
        ReadOnlySpan<byte> source = endPoint.Serialize().Buffer.Span;
        source[..Math.Min(source.Length, Size)].CopyTo(bytes);
    }

    /// <param name="source"><see cref="Size"/> bytes.</param>
    public static IPEndPoint Read(byte* source)
    {
        // In bounds: the caller has Size bytes, which is what is read.
        ReadOnlySpan<byte> bytes = new(source, Size);
        ushort family = OperatingSystem.IsMacOS() ? bytes[1] : BitConverter.ToUInt16(bytes);
        bool isV6 = family == GetFamily(AddressFamily.InterNetworkV6);
        int port = (bytes[2] << 8) | bytes[3];
        return new IPEndPoint(new IPAddress(isV6 ? bytes.Slice(8, 16) : bytes.Slice(4, 4)), port);
    }
}
