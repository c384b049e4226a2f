using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.Resume;

/// <summary>
/// One connection's part in a session, behind WELCOME: sends again what the other end has not received, then what is new; hands in what comes; and
/// acknowledges. Both roles behave alike here, except in which frames they may get.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It has no timer, and may be cancelled after its end.")]
internal sealed class ResumeLink
{
    private const int BatchSize = 64;

    private readonly IResumeConnection _connection;
    private readonly ResumeMailbox _mailbox;
    private readonly IResumeLease _lease;
    private readonly bool _isClient;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly long _peerReceived;
    private ResumeLinkEnd? _wanted;
    private long _highest;
    private bool _hasMessage;

    /// <param name="connection">The connection.</param>
    /// <param name="mailbox">The session.</param>
    /// <param name="peerReceived">The number of the last message that the other end has.</param>
    /// <param name="told">The number of the last message that the other end was told to be received here.</param>
    /// <param name="isClient">Which end this is.</param>
    public ResumeLink(IResumeConnection connection, ResumeMailbox mailbox, long peerReceived, long told, bool isClient)
    {
        _connection = connection;
        _mailbox = mailbox;
        _lease = mailbox.Lease;
        _peerReceived = peerReceived;
        _highest = told;
        _isClient = isClient;
        mailbox.Acks.IsPrompt = connection.WantsPromptAcks;
    }

    /// <summary>Whether the other end has sent anything.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>Runs until the connection or the session ends, or somebody stops it. It does not close the connection.</summary>
    public async Task<ResumeLinkEnd> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken, _lease.Lost);
            Task<ResumeLinkEnd> receiving = GuardAsync(ReceiveAsync, stop.Token);
            Task<ResumeLinkEnd> sending = GuardAsync(SendAsync, stop.Token);
            if (await Task.WhenAny(receiving, sending).ConfigureAwait(false) == sending && sending.Result.Kind == ResumeLinkEndKind.Lost)
            {
                // Why the connection is lost stands in what has come and was not read yet. Where that takes long, it does not matter.
                await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), _mailbox.Time, stop.Token)).ConfigureAwait(false);
            }

            ResumeLinkEnd end = receiving.IsCompleted ? receiving.Result : sending.Result;
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(receiving, sending).ConfigureAwait(false);
            if (end.Kind == ResumeLinkEndKind.Lost && sending.Result.Kind == ResumeLinkEndKind.Ended)
            {
                // The other end has closed the connection because of END, and was quicker.
                end = sending.Result;
            }

            return end.Kind == ResumeLinkEndKind.Stopped ? Volatile.Read(ref _wanted) ?? end : end;
        }
        finally
        {
            _finished.SetResult();
        }
    }

    /// <summary>Stops it, though it may not run yet.</summary>
    /// <param name="end">What the run is to give back.</param>
    public Task RequestStopAsync(ResumeLinkEnd end)
    {
        Interlocked.CompareExchange(ref _wanted, end, null);
        return _stop.CancelAsync();
    }

    /// <summary>Stops it, and waits until it hands nothing in any more. Whoever has made it runs it, whatever happens.</summary>
    /// <inheritdoc cref="RequestStopAsync"/>
    public async Task StopAsync(ResumeLinkEnd end)
    {
        await RequestStopAsync(end).ConfigureAwait(false);
        await _finished.Task.ConfigureAwait(false);
    }

    /// <summary>Both loops begin at once, and answer how they ended, whatever was thrown: else the other would go on.</summary>
    private static async Task<ResumeLinkEnd> GuardAsync(Func<CancellationToken, Task<ResumeLinkEnd>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return ResumeLinkEnd.Of(exception);
        }
    }

    private async Task<ResumeLinkEnd> SendAsync(CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> frame = new();
        ResumeMessage[] batch = new ResumeMessage[BatchSize];
        long cursor = _peerReceived;
        while (true)
        {
            bool hasSent = false;
            if (_mailbox.Acks.TryTake(out long taken))
            {
                hasSent = true;
                ResumeFrames.Write(frame, ResumeFrames.Ack(taken));
                await SendAsync(frame, flush: false, cancellationToken).ConfigureAwait(false);
            }

            int count = await _lease.ReadAsync(cursor, batch, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < count; i++)
            {
                cursor = batch[i].Sequence;
                ResumeFrames.Write(frame, batch[i].ToFrame());
                await SendAsync(frame, flush: i == count - 1, cancellationToken).ConfigureAwait(false);
            }

            batch.AsSpan(0, count).Clear();
            if (count == 0 && _mailbox.IsEnding)
            {
                ResumeFrames.Write(frame, ResumeFrames.End());
                await SendAsync(frame, flush: true, cancellationToken).ConfigureAwait(false);
                return new ResumeLinkEnd(ResumeLinkEndKind.Ended);
            }

            if (count == 0 && hasSent)
            {
                await _connection.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (count == 0)
            {
                await _mailbox.Outgoing.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SendAsync(ArrayBufferWriter<byte> frame, bool flush, CancellationToken cancellationToken)
    {
        await _connection.SendAsync(frame.WrittenMemory, flush, cancellationToken).ConfigureAwait(false);
        frame.ResetWrittenCount();
    }

    private async Task<ResumeLinkEnd> ReceiveAsync(CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> buffer = new();
        while (await _connection.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            OwnedResumeFrame frame = Parse(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            HasReceived = true;
            switch (frame.Type)
            {
                case ResumeFrameType.Text or ResumeFrameType.Binary:
                    CheckOrder(frame.Sequence);
                    ResumeMessage message = new(frame.Sequence, frame.Type == ResumeFrameType.Text, frame.Payload);
                    await _mailbox.PutAsync(message, cancellationToken).ConfigureAwait(false);
                    break;
                case ResumeFrameType.Ack:
                    if (!await _mailbox.AcknowledgeAsync(frame.Sequence, cancellationToken).ConfigureAwait(false))
                    {
                        throw new ResumeProtocolException(ResumeProtocolError.NeverSent, 1);
                    }

                    break;
                case ResumeFrameType.End:
                    return new ResumeLinkEnd(ResumeLinkEndKind.Ended);
                case ResumeFrameType.Gone when _isClient:
                    return new ResumeLinkEnd(ResumeLinkEndKind.Gone) { Reason = frame.Reason };
                case ResumeFrameType.Retry when _isClient:
                    return new ResumeLinkEnd(ResumeLinkEndKind.Retry) { Delay = frame.Delay, Window = frame.Window };
                default:
                    throw new ResumeProtocolException(ResumeProtocolError.FrameUnexpected);
            }
        }

        return ResumeLinkEnd.Lost;
    }

    /// <summary>The first message may be any that the other end need not send any more; from then on none is left out (wire-resume §2.1).</summary>
    private void CheckOrder(long sequence)
    {
        if (_hasMessage ? sequence != _highest + 1 : sequence > _highest + 1)
        {
            throw new ResumeProtocolException(ResumeProtocolError.MessageMissing, 1);
        }

        _hasMessage = true;
        _highest = sequence;
    }

    internal static OwnedResumeFrame Parse(ReadOnlySpan<byte> bytes)
        => ResumeFrameParser.Parse(bytes, out ResumeFrame frame, out ResumeProtocolError error, out int offset) == OperationStatus.Done
            ? frame.ToOwned()
            : throw new ResumeProtocolException(error, offset);
}
