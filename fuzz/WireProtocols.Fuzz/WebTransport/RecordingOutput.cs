using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>A QUIC stack that only takes notes: what a connection sent, as rows, and each stream's bytes.</summary>
public sealed class RecordingOutput : IQuicOutput
{
    private readonly Dictionary<long, List<byte>> _streams = [];

    public List<string> Rows { get; } = [];

    public List<byte[]> Datagrams { get; } = [];

    public int MaxDatagramSize { get; init; } = 1200;

    public bool SupportsReliableReset { get; init; } = true;

    /// <summary>The code that the connection was closed with, or null.</summary>
    public long? Closed { get; private set; }

    /// <summary>Everything sent on a stream.</summary>
    public byte[] Stream(long id) => _streams.TryGetValue(id, out List<byte>? bytes) ? [.. bytes] : [];

    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!_streams.TryGetValue(streamId, out List<byte>? bytes))
        {
            _streams.Add(streamId, bytes = []);
        }

        bytes.AddRange(data);
        Rows.Add($"stream {streamId} {Convert.ToHexStringLower(data)}{(endStream ? " end" : "")}");
    }

    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        Datagrams.Add(datagram.ToArray());
        Rows.Add($"datagram {Convert.ToHexStringLower(datagram)}");
    }

    public void ResetStream(long streamId, long errorCode, long reliableSize) => Rows.Add($"reset {streamId} 0x{errorCode:x} at {reliableSize}");

    public void StopSending(long streamId, long errorCode) => Rows.Add($"stop {streamId} 0x{errorCode:x}");

    public void Close(long errorCode, string reason)
    {
        Closed ??= errorCode;
        Rows.Add($"close 0x{errorCode:x}");
    }
}
