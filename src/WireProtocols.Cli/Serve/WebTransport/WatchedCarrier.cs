using System.Buffers;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>
/// A carrier whose bytes can be watched, without QUIC's own packets and their encryption. Who watches is known with the first session only: what
/// came before that is kept until then.
/// </summary>
internal sealed class WatchedCarrier(IQuicCarrier inner) : IQuicCarrier
{
    /// <summary>What is kept while it is not known who watches. HTTP/3's settings and a request are far below that.</summary>
    private const int MaxKept = 16 * 1024;

    private readonly List<(bool IsClient, byte[] Bytes, WireMark Mark)> _kept = [];
    private int _keptLength;
    private bool _isDecided;
    private WatchedConnection? _watched;

    public int MaxDatagramSize => inner.MaxDatagramSize;

    public bool SupportsReliableReset => inner.SupportsReliableReset;

    /// <summary>It is known who watches; null for nobody.</summary>
    public void Watch(WatchedConnection? watched)
    {
        _isDecided = true;
        _watched = watched;
        foreach ((bool isClient, byte[] bytes, WireMark mark) in _kept)
        {
            Show(isClient, bytes, mark);
        }

        _kept.Clear();
    }

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => inner.WaitToReadAsync(cancellationToken);

    public bool TryRead(out QuicEvent item)
    {
        if (!inner.TryRead(out item))
        {
            return false;
        }

        switch (item.Kind)
        {
            case QuicEventKind.Stream:
                ShowStream(isClient: true, item.StreamId, item.Data.Span, item.EndStream);
                break;
            case QuicEventKind.Datagram:
                Show(isClient: true, item.Data.Span, new WireMark("datagram"));
                break;
            case QuicEventKind.Reset:
                Show(isClient: true, default, CodeMark("reset", item.StreamId, item.ErrorCode));
                break;
            case QuicEventKind.StopSending:
                Show(isClient: true, default, CodeMark("stop", item.StreamId, item.ErrorCode));
                break;
            default:
                break;
        }

        return true;
    }

    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        ShowStream(isClient: false, streamId, data, endStream);
        inner.SendStream(streamId, data, endStream);
    }

    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        Show(isClient: false, datagram, new WireMark("datagram"));
        inner.SendDatagram(datagram);
    }

    public void ResetStream(long streamId, long errorCode, long reliableSize)
    {
        Show(isClient: false, default, CodeMark("reset", streamId, errorCode));
        inner.ResetStream(streamId, errorCode, reliableSize);
    }

    public void StopSending(long streamId, long errorCode)
    {
        Show(isClient: false, default, CodeMark("stop", streamId, errorCode));
        inner.StopSending(streamId, errorCode);
    }

    public void Close(long errorCode, string reason) => inner.Close(errorCode, reason);

    public long GetRoom(long streamId) => inner.GetRoom(streamId);

    public void SetReceiving(long streamId, bool isReceiving) => inner.SetReceiving(streamId, isReceiving);

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static WireMark CodeMark(string what, long stream, long code) => new(what) { Stream = stream, Code = WatchedConnection.CodeOf(code) };

    private void ShowStream(bool isClient, long stream, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!data.IsEmpty)
        {
            Show(isClient, data, new WireMark { Stream = stream });
        }

        if (endStream)
        {
            Show(isClient, default, new WireMark("fin") { Stream = stream });
        }
    }

    private void Show(bool isClient, ReadOnlySpan<byte> bytes, WireMark mark)
    {
        if (!_isDecided && _keptLength + bytes.Length <= MaxKept)
        {
            _keptLength += bytes.Length;
            _kept.Add((isClient, bytes.ToArray(), mark));
        }

        ReadOnlySequence<byte> shown = _watched is null ? default : new(bytes.ToArray());
        if (isClient)
        {
            _watched?.Received(shown, mark);
        }
        else
        {
            _watched?.Sent(shown, mark);
        }
    }
}
