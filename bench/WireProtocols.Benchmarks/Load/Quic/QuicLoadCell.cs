using System.Globalization;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>What a client does.</summary>
public enum QuicLoadKind
{
    /// <summary>A bidirectional stream for each message, finished with it; the echo has to end too.</summary>
    Streams,

    /// <summary>Messages behind each other on one bidirectional stream.</summary>
    Messages,

    /// <summary>Datagrams, which may be lost.</summary>
    Datagrams,
}

/// <summary>One connection, and what is on its way on it.</summary>
/// <param name="Kind">What is sent.</param>
/// <param name="Length">Bytes a message.</param>
/// <param name="InFlight">Messages under way.</param>
public sealed record QuicLoadCell(QuicLoadKind Kind, int Length, int InFlight)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Word}.{Size}.{InFlight}");

    public string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Kind == QuicLoadKind.Messages ? "messages on one stream" : Word)} of {Size} echoed, {InFlight} in flight");

    /// <summary>What is counted.</summary>
    public string Word => Kind switch
    {
        QuicLoadKind.Streams => "streams",
        QuicLoadKind.Messages => "messages",
        _ => "datagrams",
    };

    private string Size => Length < 1024 ? $"{Length}B" : $"{Length / 1024}KB";
}
