namespace WireProtocols.WebTransport;

/// <summary>Settings and limits of a <see cref="WebTransportConnection"/>. Immutable.</summary>
public sealed record WebTransportConnectionOptions
{
    /// <summary>The settings to announce.</summary>
    public WebTransportSettings Settings { get; init; } = new() { InitialMaxData = 1 << 20, InitialMaxStreamsUni = 100, InitialMaxStreamsBidi = 100 };

    /// <summary>
    /// True to leave out draft -15, which "relies on the RESET_STREAM_AT frame", where the carrier has none. False offers it all the same;
    /// a stream that is reset early may then never be known to the peer.
    /// </summary>
    public bool RequireReliableReset { get; init; } = true;

    /// <summary>
    /// True to offer WebTransport only where the carrier has QUIC datagrams, as it "also requires support for QUIC datagrams"
    /// (draft-ietf-webtrans-http3 §3.1). False offers it, and takes it from the peer, without; every datagram that is sent is then refused.
    /// </summary>
    public bool RequireDatagrams { get; init; } = true;

    /// <summary>
    /// True to announce SETTINGS_H3_DATAGRAM where the carrier has no datagrams, together with <see cref="RequireDatagrams"/> off. Chromium opens no
    /// session to a server that does not announce it, and bears one that has none; other peers may close the connection (RFC 9297 §2.1.1). Off.
    /// </summary>
    public bool AnnounceMissingDatagrams { get; init; }

    /// <summary>The largest header section in bytes, encoded and decoded (RFC 9114 §4.2.2). 16 KiB.</summary>
    public int MaxFieldSectionSize { get; init => field = Positive(value); } = 16 * 1024;

    /// <summary>
    /// The most streams of the peer that wait for their session, or for SETTINGS; the oldest makes room (draft-ietf-webtrans-http3 §4.6). 16.
    /// </summary>
    public int MaxBufferedStreams { get; init => field = Positive(value); } = 16;

    /// <summary>The most datagrams that wait for their session; the oldest makes room (draft-ietf-webtrans-http3 §4.6). 32.</summary>
    public int MaxBufferedDatagrams { get; init => field = Positive(value); } = 32;

    /// <summary>The most bytes of streams, datagrams and capsules that wait for their session. 256 KiB.</summary>
    public int MaxBufferedBytes { get; init => field = Positive(value); } = 256 * 1024;

    /// <summary>The most streams open at a time, of both sides. 1024.</summary>
    public int MaxStreams { get; init => field = Positive(value); } = 1024;

    /// <summary>The largest datagram in bytes that is taken from a DATAGRAM capsule; a larger one is dropped. 64 KiB.</summary>
    public int MaxDatagramSize { get; init => field = Positive(value); } = 64 * 1024;

    /// <summary>How many bytes of stream data the peer may have on the way in a session, where there is flow control. 1 MiB.</summary>
    public long DataWindow { get; init => field = Positive(value); } = 1 << 20;

    /// <summary>How many streams of each direction the peer may have open in a session, where there is flow control. 100.</summary>
    public long StreamWindow { get; init => field = Positive(value); } = 100;

    /// <summary>Where time comes from, for the instruments.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static int Positive(int value) => (int)Positive((long)value);

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
