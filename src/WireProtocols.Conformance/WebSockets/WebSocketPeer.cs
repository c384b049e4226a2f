using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>One WebSocket connection with the subject, from its opening handshake to its end.</summary>
internal sealed class WebSocketPeer : IAsyncDisposable
{
    private readonly ConformanceContext _context;
    private readonly RawConnection _connection;
    private readonly PeerReader _reader;
    private readonly bool _isClient;

    /// <param name="context">The case.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="isClient">The subject is a client.</param>
    public WebSocketPeer(ConformanceContext context, RawConnection connection, bool isClient)
    {
        _context = context;
        _connection = connection;
        _isClient = isClient;
        _reader = new PeerReader(isClient);
    }

    public ConformanceContext Context => _context;

    public RawConnection Raw => _connection;

    /// <summary>The answer to the opening handshake.</summary>
    public OpeningAnswer? Answer { get; private set; }

    /// <summary>Nothing demands that what is sent is taken: hanging up is a limit.</summary>
    public bool MayLimit { get; set; }

    /// <summary>The examiner's Close has been sent, or is on its way.</summary>
    public bool HasSentClose { get; private set; }

    /// <summary>How long something that is due may take; null for the time of an answer.</summary>
    public TimeSpan? Patience { get; set; }

    public PeerInflater? Inflater
    {
        get => _reader.Inflater;
        set => _reader.Inflater = value;
    }

    /// <summary>The masking keys of the subject's frames, in their order.</summary>
    public IReadOnlyList<byte[]> Keys => _reader.Keys;

    /// <summary>A connection to a server on which nothing has been said.</summary>
    public static async Task<WebSocketPeer> ConnectAsync(ConformanceContext context)
        => new(context, await RawConnection.OpenAsync(context), isClient: false);

    /// <summary>A connection to a server that a plain handshake has opened; where it is refused there is nothing to examine.</summary>
    public static async Task<WebSocketPeer> OpenAsync(ConformanceContext context, bool mayLimit = false)
    {
        WebSocketPeer peer = new(context, await RawConnection.OpenAsync(context), isClient: false) { MayLimit = mayLimit };
        OpeningRequest request = NewRequest(context);
        await peer.SendAsync(request.ToBytes(), "opening handshake");
        OpeningAnswer? answer = await peer.ReadAnswerAsync();
        if (answer is { IsAccepted: true })
        {
            return peer;
        }

        await peer.DisposeAsync();
        throw new ConformanceEndException(answer is null
            ? ConformanceFinding.Late("the plain opening handshake was not answered")
            : ConformanceFinding.Skip($"the plain opening handshake was refused: {answer.StatusLine}"));
    }

    public static OpeningRequest NewRequest(ConformanceContext context)
    {
        byte[] nonce = new byte[16];
        context.Dice.NextBytes(nonce);
        return new OpeningRequest(context.Subject, Convert.ToBase64String(nonce));
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes, string note) => _connection.SendAsync(bytes, note);

    /// <summary>Sends frames in one write.</summary>
    public Task SendAsync(params IReadOnlyList<ProbeFrame> frames)
    {
        HasSentClose |= frames.Any(f => f.Opcode == 8);
        return frames.Count == 0 ? Task.CompletedTask : SendAsync(Join(frames), Describe(frames));
    }

    /// <summary>Sends frames cut into writes of a length.</summary>
    public async Task SendCutAsync(IReadOnlyList<ProbeFrame> frames, int length)
    {
        HasSentClose |= frames.Any(f => f.Opcode == 8);
        byte[] bytes = Join(frames);
        for (int at = 0; at < bytes.Length && !_connection.IsSendBroken; at += length)
        {
            await SendAsync(bytes.AsMemory(at, Math.Min(length, bytes.Length - at)), at == 0 ? Describe(frames) : "…");
        }
    }

    /// <summary>Reads the head of the answer.</summary>
    /// <returns>Null where none came: see <see cref="NextAsync"/> for why.</returns>
    public async Task<OpeningAnswer?> ReadAnswerAsync(TimeSpan? patience = null)
    {
        while (true)
        {
            int end = _connection.Buffered.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                Answer = OpeningAnswer.Parse(_connection.Buffered[..(end + 2)]);
                _connection.Consume(end + 4);
                if (Answer.Status is >= 100 and < 200 and not 101)
                {
                    continue;
                }

                return Answer;
            }

            if (await _connection.FillAsync(patience ?? _context.Options.Timeout) != FillResult.Data)
            {
                return null;
            }
        }
    }

    /// <summary>What the subject does next.</summary>
    public async Task<PeerEvent> NextAsync(TimeSpan? patience = null)
    {
        while (true)
        {
            PeerEvent? next = _reader.Read(_connection.Buffered, out int consumed);
            _connection.Consume(consumed);
            if (next is not null)
            {
                return next;
            }

            if (consumed > 0)
            {
                continue;
            }

            switch (await _connection.FillAsync(patience ?? Patience ?? _context.Options.Timeout))
            {
                case FillResult.End when _connection.Buffered.Length > 0:
                    return new PeerEvent.Broken("the TCP connection ends inside a frame of the subject");
                case FillResult.End:
                    return new PeerEvent.End(IsReset: false);
                case FillResult.Reset:
                    return new PeerEvent.End(IsReset: true);
                case FillResult.Silence:
                    return new PeerEvent.Silence();
            }
        }
    }

    /// <summary>"The server MUST close the underlying TCP connection immediately; the client SHOULD wait" (RFC 6455 §5.5.1).</summary>
    public void EndAsServer()
    {
        if (_isClient)
        {
            _connection.EndSending();
        }
    }

    /// <summary>The bytes of frames, as they are right from this side.</summary>
    public byte[] Join(IReadOnlyList<ProbeFrame> frames) => [.. frames.SelectMany(f => f.ToBytes(_context.Dice, masks: !_isClient))];

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static string Describe(IReadOnlyList<ProbeFrame> frames)
        => frames.Count <= 6
            ? string.Join("; ", frames)
            : string.Create(CultureInfo.InvariantCulture, $"{frames[0]}; … {frames.Count} frames");
}
