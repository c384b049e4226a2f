using System.Buffers.Binary;

namespace WireProtocols.Cli.Capture;

/// <summary>A file of libpcap: one header, and packets with a header each.</summary>
internal sealed class PcapFile(bool isBigEndian, bool isNano) : CaptureFile
{
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const int LinkTypeBits = 0x0FFFFFFF;

    private int _linkType = -1;

    public override CaptureStep Read(ReadOnlyMemory<byte> held, int maxBlock)
    {
        if (_linkType < 0)
        {
            if (held.Length < FileHeader)
            {
                return default;
            }

            _linkType = (int)(ReadUInt32(held.Span[20..]) & LinkTypeBits);
            return new CaptureStep(FileHeader);
        }

        if (held.Length < PacketHeader)
        {
            return default;
        }

        uint captured = ReadUInt32(held.Span[8..]);
        if (captured > maxBlock)
        {
            return new CaptureStep(0, Error: CaptureError.PacketTooLarge);
        }

        if (held.Length - PacketHeader < captured)
        {
            return default;
        }

        long fraction = ReadUInt32(held.Span[4..]);
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(ReadUInt32(held.Span)).AddTicks(isNano ? fraction / 100 : fraction * 10);
        return new CaptureStep(PacketHeader + (int)captured, new Packet(_linkType, time, held.Slice(PacketHeader, (int)captured)));
    }

    private uint ReadUInt32(ReadOnlySpan<byte> bytes)
        => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
