using System.Globalization;
using WireProtocols.WebTransport;

namespace WireProtocols.Conformance;

/// <summary>A stream as the examiner sees it.</summary>
internal sealed class QuicPeerStream
{
    public List<byte> Data { get; } = [];

    public bool HasEnded { get; set; }

    public long? ResetCode { get; set; }

    public long? StopCode { get; set; }

    /// <summary>The subject has ended it, in whichever way.</summary>
    public bool IsOver => HasEnded || ResetCode is not null || StopCode is not null;
}

/// <summary>The examiner's end of a QUIC connection: it sends what it is told and keeps what comes.</summary>
internal sealed class QuicPeer : IAsyncDisposable
{
    private readonly IQuicCarrier _carrier;
    private readonly ConformanceContext _context;
    private readonly CancellationTokenSource _over;
    private readonly ClientSignal _changed = new();
    private readonly Dictionary<long, QuicPeerStream> _streams = [];
    private readonly Task _reading;
    private long _nextBidirectional;
    private long _nextUnidirectional;

    private QuicPeer(IQuicCarrier carrier, ConformanceContext context)
    {
        _carrier = carrier;
        _context = context;
        _over = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        IsServer = context.IsOfClient;
        _nextBidirectional = IsServer ? 1 : 0;
        _nextUnidirectional = IsServer ? 3 : 2;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Guards everything that has come.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The examiner is the server, and the subject a client.</summary>
    public bool IsServer { get; }

    public List<byte[]> Datagrams { get; } = [];

    /// <summary>How the subject closed the connection.</summary>
    public (long Code, string Reason)? Closed { get; private set; }

    /// <summary>Nothing comes any more.</summary>
    public bool IsOver { get; private set; }

    public int MaxDatagramSize => _carrier.MaxDatagramSize;

    public bool SupportsReliableReset => _carrier.SupportsReliableReset;

    /// <exception cref="ConformanceUnreachableException">Nobody is there.</exception>
    public static async Task<QuicPeer> OpenAsync(ConformanceContext context)
    {
        context.CountConnection();
        return new QuicPeer(await ConformanceRunner.CarrierAsync(context), context);
    }

    public QuicPeerStream this[long id] => _streams.TryGetValue(id, out QuicPeerStream? stream) ? stream : _streams[id] = new QuicPeerStream();

    /// <summary>The streams of whichever side, by their ids.</summary>
    public IEnumerable<KeyValuePair<long, QuicPeerStream>> Streams => _streams.OrderBy(s => s.Key);

    /// <summary>Whether it is a unidirectional stream of the subject.</summary>
    public bool IsOfSubject(long stream) => stream % 4 == (IsServer ? 2 : 3);

    public long NewBidirectional() => (_nextBidirectional += 4) - 4;

    public long NewUnidirectional() => (_nextUnidirectional += 4) - 4;

    public async Task SendAsync(long stream, byte[] data, bool end = false, string note = "")
    {
        _context.CountBytes(data.Length);
        Note(true, $"stream {stream}{(note.Length > 0 ? $", {note}" : "")}{(end ? ", its end" : "")}", data);
        _carrier.SendStream(stream, data, end);
        await FlushAsync();
    }

    public async Task SendDatagramAsync(byte[] datagram)
    {
        Note(true, "datagram", datagram);
        _carrier.SendDatagram(datagram);
        await FlushAsync();
    }

    public async Task ResetAsync(long stream, long code)
    {
        Note(true, $"reset of stream {stream} with {NameOf(code)}", []);
        _carrier.ResetStream(stream, code, 0);
        await FlushAsync();
    }

    public async Task StopAsync(long stream, long code)
    {
        Note(true, $"STOP_SENDING of stream {stream} with {NameOf(code)}", []);
        _carrier.StopSending(stream, code);
        await FlushAsync();
    }

    /// <summary>Waits until something is there; it is asked under the lock.</summary>
    /// <returns>False where it is not there in time, or where nothing comes any more.</returns>
    public async Task<bool> UntilAsync(Func<bool> isThere, TimeSpan? patience = null)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(_context.Stop);
        Task late = Task.Delay(patience ?? _context.Options.Timeout, over.Token);
        try
        {
            while (true)
            {
                Task changed = _changed.Next;
                bool isLast = late.IsCompleted;
                lock (Gate)
                {
                    if (isThere())
                    {
                        return true;
                    }

                    isLast |= IsOver;
                }

                _context.Stop.ThrowIfCancellationRequested();
                if (isLast)
                {
                    return false;
                }

                await Task.WhenAny(changed, late);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _carrier.DisposeAsync();
        await _reading;
        _over.Dispose();
    }

    /// <summary><c>H3_ID_ERROR (0x108)</c>.</summary>
    public static string NameOf(long code)
        => string.Create(CultureInfo.InvariantCulture, $"{WebTransportErrorCode.GetName(code) ?? "code"} (0x{code:x})");

    private async Task FlushAsync()
    {
        try
        {
            await _carrier.FlushAsync(_over.Token).AsTask().WaitAsync(_context.Options.Timeout, _context.Stop);
        }
        catch (Exception exception) when (exception is TimeoutException or IOException or InvalidOperationException)
        {
            // The subject reads no more, or the connection is over: what comes of it is seen.
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _carrier.WaitToReadAsync(_over.Token))
            {
                while (_carrier.TryRead(out QuicEvent item))
                {
                    Take(item);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The examiner is done, or the connection is lost.
        }

        lock (Gate)
        {
            IsOver = true;
        }

        _changed.Set();
    }

    private void Take(in QuicEvent item)
    {
        lock (Gate)
        {
            switch (item.Kind)
            {
                case QuicEventKind.Stream:
                    this[item.StreamId].Data.AddRange(item.Data.Span);
                    this[item.StreamId].HasEnded |= item.EndStream;
                    Note(false, $"stream {item.StreamId}{(item.EndStream ? ", its end" : "")}", item.Data.Span);
                    break;
                case QuicEventKind.Datagram:
                    Datagrams.Add(item.Data.ToArray());
                    Note(false, "datagram", item.Data.Span);
                    break;
                case QuicEventKind.Reset:
                    this[item.StreamId].ResetCode = item.ErrorCode;
                    Note(false, $"reset of stream {item.StreamId} with {NameOf(item.ErrorCode)}", []);
                    break;
                case QuicEventKind.StopSending:
                    this[item.StreamId].StopCode = item.ErrorCode;
                    Note(false, $"STOP_SENDING of stream {item.StreamId} with {NameOf(item.ErrorCode)}", []);
                    break;
                case QuicEventKind.Close:
                    Closed = (item.ErrorCode, item.Reason ?? "");
                    Note(false, $"the end of the connection with {NameOf(item.ErrorCode)} '{item.Reason}'", []);
                    break;
                default:
                    break;
            }
        }

        _changed.Set();
    }

    private void Note(bool isSent, string note, ReadOnlySpan<byte> bytes) => _context.Trace.Add(isSent, note, bytes);
}
