using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Resume;

/// <summary>The server's frames of a session as an event stream (wire-resume §5); the client's come by POST
/// (<see cref="ResumeServer.PostAsync"/>).</summary>
public sealed class EventStreamResumeConnection : IResumeConnection
{
    private readonly EventStreamWriter _writer;
    private readonly TaskCompletionSource<bool> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _hello;

    /// <param name="writer">Where the events go; the heartbeat is its own.</param>
    /// <param name="hello">The client's HELLO (<see cref="TryReadHello"/>).</param>
    public EventStreamResumeConnection(EventStreamWriter writer, ReadOnlyMemory<byte> hello)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _hello = hello;
    }

    /// <summary>Reads the HELLO of a query.</summary>
    /// <param name="query">The value of <c>hello</c>: base64url.</param>
    /// <param name="hello">The frame's bytes.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryReadHello([NotNullWhen(true)] string? query, out ReadOnlyMemory<byte> hello)
    {
        hello = default;
        if (string.IsNullOrEmpty(query) || query.Length > 64 || !Base64Url.IsValid(query))
        {
            return false;
        }

        hello = Base64Url.DecodeFromChars(query);
        return ResumeFrameParser.Parse(hello.Span, out ResumeFrame frame, out _, out _) == OperationStatus.Done
            && frame.Type == ResumeFrameType.Hello;
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool flush, CancellationToken cancellationToken)
    {
        if (ResumeFrameParser.Parse(frame.Span, out ResumeFrame parsed, out _, out _) == OperationStatus.Done && parsed.Type == ResumeFrameType.Retry)
        {
            TimeSpan wait = parsed.Delay + (parsed.Window / 2);
            ThrowIfGone(await _writer.WriteRetryAsync(wait, cancellationToken).ConfigureAwait(false));
        }

        byte[] data = Encoding.ASCII.GetBytes(Convert.ToBase64String(frame.Span));
        ThrowIfGone(await _writer.WriteEventAsync(data, cancellationToken: cancellationToken).ConfigureAwait(false));
        if (flush)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
        => ThrowIfGone(await _writer.FlushAsync(cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<bool> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_hello.IsEmpty)
        {
            return await _closed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        output.Write(_hello.Span);
        _hello = default;
        return true;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(ResumeCloseReason reason)
    {
        Abort();
        return default;
    }

    /// <inheritdoc/>
    public void Abort() => _closed.TrySetResult(false);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(ResumeCloseReason.Ended);

    private static void ThrowIfGone(bool isRead)
    {
        if (!isRead)
        {
            throw new IOException("Nobody reads the event stream any more.");
        }
    }
}
