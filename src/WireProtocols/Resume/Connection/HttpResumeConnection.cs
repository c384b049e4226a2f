using System.Buffers;
using System.Threading.Channels;

namespace WireProtocols.Resume;

/// <summary>
/// A client's connection over HTTP: frames come by whatever the subclass reads, and go by POST, one at a time. What a POST is answered with counts
/// as an acknowledgement.
/// </summary>
internal abstract class HttpResumeConnection : IResumeConnection
{
    private readonly Channel<byte[]> _incoming = Channel.CreateBounded<byte[]>(64);
    private readonly CancellationTokenSource _stop = new();
    private readonly ArrayBufferWriter<byte> _outgoing = new();
    private readonly HttpResumePosts _posts;
    private Task _reading = Task.CompletedTask;

    private protected HttpResumeConnection(HttpResumePosts posts, ReadOnlyMemory<byte> hello)
    {
        _posts = posts;
        ResumeFrameParser.Parse(hello.Span, out ResumeFrame frame, out _, out _);
        (Session, Acknowledged) = (frame.Session, frame.Sequence);
    }

    /// <inheritdoc/>
    public virtual bool WantsPromptAcks => false;

    /// <summary>The session; empty before the server has named it.</summary>
    protected ResumeSessionId Session { get; private set; }

    /// <summary>The number of the last message that the application has taken.</summary>
    protected long Acknowledged { get; private set; }

    /// <summary>Set when <see cref="Acknowledged"/> has changed.</summary>
    protected ResumeSignal AcknowledgedMore { get; } = new();

    protected HttpResumePosts Posts => _posts;

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool flush, CancellationToken cancellationToken)
    {
        Keep(frame.Span);
        if (flush)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> body = new();
        ResumeFrames.WriteToStream(body, ResumeFrames.Hello(Session, Acknowledged));
        if (_outgoing.WrittenCount > 0)
        {
            body.Write(_outgoing.WrittenSpan);
            _outgoing.ResetWrittenCount();
        }
        else if (WantsPromptAcks)
        {
            // The next poll says what was taken.
            return;
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        IReadOnlyList<OwnedResumeFrame> answer = await _posts.PostAsync(body.WrittenMemory, null, either.Token).ConfigureAwait(false);
        foreach (OwnedResumeFrame frame in answer)
        {
            await TakeAnswerAsync(frame, either.Token).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        try
        {
            if (await _incoming.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _incoming.Reader.TryRead(out byte[]? frame))
            {
                output.Write(frame);
                return true;
            }
        }
        catch (Exception exception) when (exception is not (IOException or WireProtocolException) && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException(exception.Message, exception);
        }

        return false;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(ResumeCloseReason reason)
    {
        Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Abort() => _ = _stop.CancelAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(ResumeCloseReason.Ended);

    /// <summary>Begins to read.</summary>
    internal void Start() => _reading = Task.Run(RunAsync);

    /// <summary>Reads frames until nothing more comes.</summary>
    private protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>A frame has come.</summary>
    private protected ValueTask PutAsync(byte[] frame, CancellationToken cancellationToken)
    {
        if (ResumeFrameParser.Parse(frame, out ResumeFrame parsed, out _, out _) == OperationStatus.Done)
        {
            Learn(parsed);
        }

        return _incoming.Writer.WriteAsync(frame, cancellationToken);
    }

    /// <summary>A new session, also behind GONE, is named by WELCOME.</summary>
    private protected void Learn(ResumeFrame frame)
    {
        switch (frame.Type)
        {
            case ResumeFrameType.Gone when frame.Reason != ResumeGoneReason.TakenOver:
                (Session, Acknowledged) = (default, 0);
                break;
            case ResumeFrameType.Welcome:
                Session = frame.Session;
                break;
        }
    }

    private void Keep(ReadOnlySpan<byte> frame)
    {
        ResumeFrameParser.Parse(frame, out ResumeFrame parsed, out _, out _);
        if (parsed.Type == ResumeFrameType.Ack)
        {
            Acknowledged = Math.Max(Acknowledged, parsed.Sequence);
            AcknowledgedMore.Set();
            return;
        }

        ResumeFrames.WriteToStream(_outgoing, parsed);
    }

    private async ValueTask TakeAnswerAsync(OwnedResumeFrame frame, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> bytes = new();
        if (frame.Type != ResumeFrameType.Welcome)
        {
            ResumeFrames.Write(bytes, frame.Lend());
        }
        else if (frame.Sequence > 0)
        {
            ResumeFrames.Write(bytes, ResumeFrames.Ack(frame.Sequence));
        }

        if (bytes.WrittenCount > 0)
        {
            await _incoming.Writer.WriteAsync(bytes.WrittenSpan.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync()
    {
        Exception? cause = null;
        try
        {
            await ReadAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            cause = exception;
        }

        _incoming.Writer.TryComplete(cause);
    }
}
