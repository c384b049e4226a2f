using System.Buffers.Binary;

namespace WireProtocols.Cli.Capture;

/// <summary>A file of pcapng: sections of blocks. Packets are those of Enhanced and Simple Packet Blocks; other blocks are passed over.</summary>
internal sealed class PcapngFile : CaptureFile
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const int LeastBlock = 12;
    private const int ResolutionOption = 9;

    private readonly List<(int LinkType, double TicksPerUnit)> _interfaces = [];
    private bool _isBigEndian;

    public override CaptureStep Read(ReadOnlyMemory<byte> held, int maxBlock)
    {
        if (held.Length < LeastBlock)
        {
            return default;
        }

        uint type = BinaryPrimitives.ReadUInt32LittleEndian(held.Span);
        if (type == SectionHeader)
        {
            // "Byte-Order Magic" tells the order of everything in the section.
            _isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(held.Span[8..]) == 0x1A2B3C4D;
            _interfaces.Clear();
        }
        else if (_isBigEndian)
        {
            type = BinaryPrimitives.ReverseEndianness(type);
        }

        uint length = ReadUInt32(held.Span[4..]);
        if (length < LeastBlock || length % 4 != 0)
        {
            return new CaptureStep(0, Error: CaptureError.InvalidLength);
        }

        if (length - LeastBlock > maxBlock)
        {
            return new CaptureStep(0, Error: CaptureError.PacketTooLarge);
        }

        if (held.Length < length)
        {
            return default;
        }

        return ReadUInt32(held.Span[((int)length - 4)..]) == length
            ? ReadBlock(type, held[8..((int)length - 4)], (int)length)
            : new CaptureStep(0, Error: CaptureError.InvalidLength);
    }

    private CaptureStep ReadBlock(uint type, ReadOnlyMemory<byte> body, int length)
    {
        switch (type)
        {
            case InterfaceDescription when body.Length >= 8:
                _interfaces.Add((ReadUInt16(body.Span), ReadResolution(body.Span[8..])));
                return new CaptureStep(length);
            case EnhancedPacket:
                return ReadEnhanced(body, length);
            case SimplePacket when body.Length >= 4:
                return _interfaces.Count == 0
                    ? new CaptureStep(0, Error: CaptureError.UnknownInterface)
                    : new CaptureStep(length, new Packet(_interfaces[0].LinkType, default, body[4..(4 + SimpleLength(body))]));
            default:
                return new CaptureStep(length);
        }
    }

    private int SimpleLength(ReadOnlyMemory<byte> body) => (int)Math.Min(ReadUInt32(body.Span), body.Length - 4);

    private CaptureStep ReadEnhanced(ReadOnlyMemory<byte> body, int length)
    {
        const int HeaderLength = 20;
        if (body.Length < HeaderLength || ReadUInt32(body.Span[12..]) is var captured && captured > body.Length - HeaderLength)
        {
            return new CaptureStep(0, Error: CaptureError.InvalidLength);
        }

        uint number = ReadUInt32(body.Span);
        if (number >= _interfaces.Count)
        {
            return new CaptureStep(0, Error: CaptureError.UnknownInterface);
        }

        (int linkType, double ticks) = _interfaces[(int)number];
        double since = ((((ulong)ReadUInt32(body.Span[4..])) << 32) | ReadUInt32(body.Span[8..])) * ticks;
        DateTimeOffset time = since < DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks
            ? DateTimeOffset.UnixEpoch.AddTicks((long)since)
            : default;
        return new CaptureStep(length, new Packet(linkType, time, body.Slice(HeaderLength, (int)captured)));
    }

    /// <summary>What the units of time of an interface are in ticks; microseconds unless its options say otherwise.</summary>
    private double ReadResolution(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            int code = ReadUInt16(options);
            int length = ReadUInt16(options[2..]);
            int padded = 4 + ((length + 3) & ~3);
            if (code == ResolutionOption && length == 1 && options.Length > 4)
            {
                int value = options[4];
                return TimeSpan.TicksPerSecond * ((value & 0x80) == 0 ? Math.Pow(10, -value) : Math.Pow(2, -(value & 0x7F)));
            }

            options = code == 0 || padded > options.Length ? default : options[padded..];
        }

        return TimeSpan.TicksPerMicrosecond;
    }

    private ushort ReadUInt16(ReadOnlySpan<byte> bytes)
        => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint ReadUInt32(ReadOnlySpan<byte> bytes)
        => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
