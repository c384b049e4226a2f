using System.Diagnostics;

namespace WireProtocols.Conformance;

/// <summary>What had come at a moment.</summary>
/// <param name="At">The time since the request.</param>
/// <param name="Length">How much of the body.</param>
/// <param name="HasWaited">There was nothing to read before it: the pause is the subject's, not that of a busy reader.</param>
internal readonly record struct StreamArrival(TimeSpan At, int Length, bool HasWaited);

/// <summary>A client of an event stream: it sends any request and notes when each byte of the answer came.</summary>
internal sealed class StreamPeer : IAsyncDisposable
{
    private const int MaxHead = 256 * 1024;

    /// <summary>Who has not answered so often is not waited for as long as before. What is late then is asked for again, alone, with all the
    /// time.</summary>
    private const int MaxSilences = 6;
    private readonly RawConnection _raw;
    private readonly List<StreamArrival> _arrivals = [];
    private readonly List<byte> _body = [];
    private string _method = "GET";
    private long _start = Stopwatch.GetTimestamp();

    private StreamPeer(ConformanceContext context, RawConnection raw)
    {
        Context = context;
        _raw = raw;
    }

    public ConformanceContext Context { get; }

    public RawConnection Raw => _raw;

    public StreamHead? Head { get; private set; }

    public StreamFraming? Framing { get; private set; }

    public IReadOnlyList<byte> Body => _body;

    public IReadOnlyList<StreamArrival> Arrivals => _arrivals;

    public TimeSpan HeadAt { get; private set; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>How the last wait ended.</summary>
    public FillResult Last { get; private set; }

    /// <summary>The body has ended as it should.</summary>
    public bool IsComplete => Framing is { IsOver: true } || (Framing is { EndsByClosing: true } && Last == FillResult.End);

    /// <summary>Bytes behind the end of the response.</summary>
    public int Behind => Framing is { IsOver: true } ? _raw.Buffered.Length : 0;

    public static async Task<StreamPeer> ConnectAsync(ConformanceContext context, int receiveBuffer = 0)
        => new(context, await RawConnection.OpenAsync(context, receiveBuffer));

    /// <summary>Connects, asks, and reads the head.</summary>
    public static async Task<StreamPeer> AskAsync(ConformanceContext context, Action<StreamRequest>? edit = null, TimeSpan? patience = null)
    {
        StreamPeer peer = await ConnectAsync(context);
        StreamRequest request = new(context.Subject);
        edit?.Invoke(request);
        await peer.SendAsync(request);
        await peer.ReadHeadAsync(patience);
        return peer;
    }

    public Task SendAsync(StreamRequest request, int cut = int.MaxValue)
    {
        _method = request.Method;
        return SendAsync(request.ToBytes(), cut);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, int cut = int.MaxValue)
    {
        _start = Stopwatch.GetTimestamp();
        for (int at = 0; at < bytes.Length && !_raw.IsSendBroken; at += cut)
        {
            int count = Math.Min(cut, bytes.Length - at);
            await _raw.SendAsync(bytes.Slice(at, count), "request");
            if (count < bytes.Length)
            {
                await Task.Yield();
            }

            cut = Math.Min(cut, bytes.Length);
        }
    }

    /// <summary>Reads the head of the next response; interim ones are passed over.</summary>
    public async Task<StreamHead?> ReadHeadAsync(TimeSpan? patience = null)
    {
        TimeSpan limit = Bound(patience);
        long start = Stopwatch.GetTimestamp();
        Head = null;
        Framing = null;
        _body.Clear();
        _arrivals.Clear();
        while (true)
        {
            int length = StreamHead.Measure(_raw.Buffered);
            if (length > 0)
            {
                StreamHead head = StreamHead.Parse(_raw.Buffered[..length]);
                _raw.Consume(length);
                if (head.Status is >= 100 and < 200 and not 101)
                {
                    continue;
                }

                HeadAt = Elapsed;
                Framing = StreamFraming.Of(head, _method);
                Take(hasWaited: false);
                return Head = head;
            }

            TimeSpan rest = limit - Stopwatch.GetElapsedTime(start);
            Last = rest > TimeSpan.Zero && _raw.Buffered.Length < MaxHead ? await _raw.FillAsync(rest) : FillResult.Silence;
            if (Last != FillResult.Data)
            {
                if (Last == FillResult.Silence)
                {
                    Context.Shared.MissAnswer();
                }

                return null;
            }
        }
    }

    /// <summary>Waits for more of the body.</summary>
    /// <returns>False where nothing came, or the body is over.</returns>
    public async Task<bool> ReadAsync(TimeSpan patience)
    {
        if (Framing is null or { IsOver: true } or { Broken: not null })
        {
            return false;
        }

        ValueTask<FillResult> filling = _raw.FillAsync(patience);
        bool hasWaited = !filling.IsCompleted;
        Last = await filling;
        Take(hasWaited);
        return Last == FillResult.Data;
    }

    /// <summary>Reads until there is enough, or the end, or the time is over.</summary>
    public async Task<StreamText> ReadUntilAsync(Func<StreamText, bool> isEnough, TimeSpan? patience = null)
    {
        TimeSpan limit = Bound(patience);
        long start = Stopwatch.GetTimestamp();
        StreamText text = Parse();
        while (!isEnough(text))
        {
            TimeSpan rest = limit - Stopwatch.GetElapsedTime(start);
            if (rest <= TimeSpan.Zero || !await ReadAsync(rest))
            {
                break;
            }

            text = Parse();
        }

        return text;
    }

    public StreamText Parse() => StreamText.Parse([.. _body]);

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private TimeSpan Bound(TimeSpan? patience)
        => (patience ?? Context.Options.Timeout) / (Context.Shared.Silences >= MaxSilences ? 20 : 1);

    private void Take(bool hasWaited)
    {
        int before = _body.Count;
        int taken = Framing!.Feed(_raw.Buffered, _body);
        _raw.Consume(taken);
        if (_body.Count > before)
        {
            _arrivals.Add(new StreamArrival(Elapsed, _body.Count, hasWaited));
        }
    }
}
