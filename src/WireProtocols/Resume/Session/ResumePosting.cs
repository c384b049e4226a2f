using System.Buffers;

namespace WireProtocols.Resume;

/// <summary>What a POST brings to a session, beside whatever connection that has (wire-resume §5).</summary>
internal static class ResumePosting
{
    /// <summary>Hands in what came, and waits until it is taken or patience ends.</summary>
    /// <param name="tenure">The session.</param>
    /// <param name="frames">HELLO, and what is behind it.</param>
    /// <param name="keep">How long the session is kept without a connection.</param>
    /// <param name="patience">Ends the wait, which is no failure.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <returns>The frame that answers.</returns>
    /// <exception cref="ResumeProtocolException">A frame is none that a POST brings, or comes out of order.</exception>
    public static async Task<OwnedResumeFrame> HandInAsync(
        ResumeTenure tenure, IReadOnlyList<OwnedResumeFrame> frames, TimeSpan keep, CancellationToken patience, CancellationToken cancellationToken)
    {
        // It acknowledges as ACK does: a later number may have come before it, over the connection or by a poll.
        bool isKnown = await tenure.Mailbox.AcknowledgeAsync(frames[0].Sequence, cancellationToken).ConfigureAwait(false);
        (long received, ResumeGoneReason gone) = await tenure.Mailbox.Lease.ResumeAsync(0, cancellationToken).ConfigureAwait(false);
        if (!isKnown || gone is ResumeGoneReason.Session or ResumeGoneReason.TakenOver)
        {
            return ResumeFrames.Gone(isKnown ? gone : ResumeGoneReason.Session).ToOwned();
        }

        long last = Check(frames, received);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(patience, cancellationToken, tenure.Session.Lost);
        try
        {
            foreach (OwnedResumeFrame frame in frames.Skip(1))
            {
                await TakeAsync(tenure, frame, stop.Token).ConfigureAwait(false);
            }

            while ((received = await GetReceivedAsync(tenure).ConfigureAwait(false)) < last)
            {
                await tenure.Mailbox.Taken.WaitAsync(stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            received = await GetReceivedAsync(tenure).ConfigureAwait(false);
        }

        return ResumeFrames.Welcome(tenure.Id, received, keep).ToOwned();
    }

    /// <returns>The number of the last message, or of the last one received.</returns>
    private static long Check(IReadOnlyList<OwnedResumeFrame> frames, long received)
    {
        long? last = null;
        foreach (OwnedResumeFrame frame in frames.Skip(1))
        {
            switch (frame.Type)
            {
                case ResumeFrameType.Text or ResumeFrameType.Binary:
                    if (last is { } before ? frame.Sequence != before + 1 : frame.Sequence > received + 1)
                    {
                        throw new ResumeProtocolException(ResumeProtocolError.MessageMissing, 1);
                    }

                    last = frame.Sequence;
                    break;
                case ResumeFrameType.Ack or ResumeFrameType.End:
                    break;
                default:
                    throw new ResumeProtocolException(ResumeProtocolError.FrameUnexpected);
            }
        }

        return last ?? received;
    }

    private static async ValueTask TakeAsync(ResumeTenure tenure, OwnedResumeFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case ResumeFrameType.Ack:
                if (!await tenure.Mailbox.AcknowledgeAsync(frame.Sequence, cancellationToken).ConfigureAwait(false))
                {
                    throw new ResumeProtocolException(ResumeProtocolError.NeverSent, 1);
                }

                break;
            case ResumeFrameType.End:
                await tenure.EndAsync().ConfigureAwait(false);
                break;
            default:
                ResumeMessage message = new(frame.Sequence, frame.Type == ResumeFrameType.Text, frame.Payload);
                await tenure.Mailbox.PutAsync(message, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>To come back with 0 changes nothing, and the answer says what has been taken.</summary>
    private static async ValueTask<long> GetReceivedAsync(ResumeTenure tenure)
        => (await tenure.Mailbox.Lease.ResumeAsync(0, CancellationToken.None).ConfigureAwait(false)).Received;
}

/// <summary>What a server answers a POST with.</summary>
/// <param name="IsRefused">Whether it takes nothing now: 503.</param>
/// <param name="RetryAfter">After how long the client is to come back, where it is refused.</param>
/// <param name="Body">A stream of frames.</param>
public sealed record ResumePostAnswer(bool IsRefused, TimeSpan RetryAfter, ReadOnlyMemory<byte> Body)
{
    /// <summary>The media type of a stream of frames.</summary>
    public const string MediaType = "application/wire-resume";

    internal static ResumePostAnswer Of(OwnedResumeFrame frame)
    {
        ArrayBufferWriter<byte> body = new();
        ResumeFrames.WriteToStream(body, frame.Lend());
        return new ResumePostAnswer(frame.Type == ResumeFrameType.Retry, frame.Delay + frame.Window, body.WrittenMemory);
    }
}
