using System.Buffers.Binary;

namespace WireProtocols.Cli.Capture;

/// <summary>The forms of capture files.</summary>
internal static class CaptureForms
{
    /// <summary>The form that a file has which begins so; null where it is none.</summary>
    public static CaptureFile? Recognize(ReadOnlySpan<byte> magic) => BinaryPrimitives.ReadUInt32LittleEndian(magic) switch
    {
        0xA1B2C3D4 => new PcapFile(isBigEndian: false, isNano: false),
        0xA1B23C4D => new PcapFile(isBigEndian: false, isNano: true),
        0xD4C3B2A1 => new PcapFile(isBigEndian: true, isNano: false),
        0x4D3CB2A1 => new PcapFile(isBigEndian: true, isNano: true),
        0x0A0D0D0A => new PcapngFile(),
        _ => null,
    };
}
