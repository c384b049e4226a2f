namespace WireProtocols.Cli.Capture;

/// <summary>What can be wrong with a capture file.</summary>
internal enum CaptureError
{
    /// <summary>It begins as neither libpcap nor pcapng.</summary>
    UnknownMagic,

    /// <summary>A length is impossible.</summary>
    InvalidLength,

    /// <summary>A packet is longer than the tool holds.</summary>
    PacketTooLarge,

    /// <summary>A packet belongs to an interface that was not described.</summary>
    UnknownInterface,

    /// <summary>It ends inside a packet.</summary>
    UnexpectedEnd,
}

/// <summary>The rules of capture files in words.</summary>
internal static class CaptureErrors
{
    public static ProtocolRule GetRule(this CaptureError error) => error switch
    {
        CaptureError.UnknownMagic => new("A capture begins with the magic number of libpcap or pcapng", "draft-ietf-opsawg-pcap §4"),
        CaptureError.InvalidLength => new("A block is as long as it says at both ends, and holds what it says", "draft-ietf-opsawg-pcapng §3.1"),
        CaptureError.PacketTooLarge => new("A packet is no longer than --max-element", "draft-ietf-opsawg-pcap §5"),
        CaptureError.UnknownInterface => new("A packet belongs to an interface that a block before it describes", "draft-ietf-opsawg-pcapng §4.3"),
        _ => new("A capture ends behind a whole packet", "draft-ietf-opsawg-pcap §5"),
    };
}
