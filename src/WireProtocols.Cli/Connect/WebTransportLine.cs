using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Connect;

/// <summary>The line that is sent now, on a stream of its own. It waits while the server allows no more streams, or no more data.</summary>
internal sealed class WebTransportLine(ConnectRun run, WebTransportView view)
{
    private WebTransportSession? _session;
    private ReadOnlyMemory<byte> _line;
    private int _taken;
    private long _stream;
    private TaskCompletionSource? _sent;

    /// <summary>Takes a line, which has to stay as it is until the task ends. It is sent by <see cref="GoOn"/>.</summary>
    public Task Begin(WebTransportSession session, ReadOnlyMemory<byte> line)
    {
        (_session, _line, _taken, _stream) = (session, line, 0, -1);
        _sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _sent.Task;
    }

    /// <summary>Sends as much as the server allows now.</summary>
    /// <returns>True where a stream was opened.</returns>
    public bool GoOn()
    {
        if (_sent is null)
        {
            return false;
        }

        bool opens = _stream < 0;
        if (opens && !_session!.TryOpenStream(WebTransportStreamDirection.Bidirectional, out _stream))
        {
            return false;
        }

        _taken += _session!.Send(_stream, _line.Span[_taken..], endStream: true);
        if (_taken == _line.Length)
        {
            view.Sent(_stream, _line.Span, isTaken: true);
            End();
        }

        return opens;
    }

    /// <summary>The server does not read a stream any more. Where it is that of this line, the rest of it is not sent.</summary>
    public void Stop(long streamId)
    {
        if (_sent is not null && streamId == _stream)
        {
            run.Tell($"the server does not read stream {streamId} any more: {_line.Length - _taken} bytes of its line are not sent");
            End();
        }
    }

    private void End()
    {
        TaskCompletionSource sent = _sent!;
        _sent = null;
        sent.SetResult();
    }
}
