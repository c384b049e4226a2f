using WireProtocols.Buffers;

namespace WireProtocols.WebRtc;

/// <summary>The checksum of a packet: CRC32c (RFC 9260 §6.8 and Appendix A), by the processor's instruction where it has one.</summary>
public static class SctpChecksum
{
    internal const int Offset = 8;

    /// <summary>The checksum of a packet as its four bytes hold it, read with the least significant byte first.</summary>
    /// <param name="packet">At least the 12 bytes of the common header; its checksum counts as zeros.</param>
    /// <exception cref="ArgumentException">The packet is shorter.</exception>
    public static uint Compute(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < SctpPacket.HeaderSize)
        {
            throw new ArgumentException("A packet has a common header of 12 bytes.", nameof(packet));
        }

        uint state = Crc32C.Append(Crc32C.Start, packet[..Offset]);
        state = Crc32C.Append(state, [0, 0, 0, 0]);
        return Crc32C.End(Crc32C.Append(state, packet[SctpPacket.HeaderSize..]));
    }
}
