using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>An HTTP/1.1 server at <c>/echo</c>, written for this by hand, with one mistake or none.</summary>
public sealed class Http1Subject : IAsyncDisposable
{
    private readonly Http1Defect _defect;
    private readonly SubjectListener _listener;
    private bool _isDead;

    public Http1Subject(Http1Defect defect = Http1Defect.None)
    {
        _defect = defect;
        _listener = new SubjectListener(ServeAsync);
    }

    public Uri Url => new($"http://127.0.0.1:{_listener.Port}/echo");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task<bool> ServeAsync(NetworkStream stream, CancellationToken stop)
    {
        if (_isDead)
        {
            return false;
        }

        Http1SubjectConnection connection = new(_defect, new Http1SubjectInput(stream, stop), stream, stop);
        try
        {
            await connection.RunAsync();
            return true;
        }
        finally
        {
            _isDead |= connection.HasKilledServer;
        }
    }
}

/// <summary>What ends a request: a status to refuse it with, or none where the connection is over.</summary>
internal sealed class Http1SubjectRefusal(int status) : Exception
{
    public int Status { get; } = status;
}

/// <summary>The bytes of a connection, read on demand.</summary>
internal sealed class Http1SubjectInput(Stream stream, CancellationToken stop)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    public int Count => _end - _start;

    public void Drop() => _start = _end;

    public void Take(int count) => _start += count;

    /// <returns>False at the end.</returns>
    public async ValueTask<bool> FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, Count);
        }

        int count = await stream.ReadAsync(_buffer.AsMemory(_end), stop);
        _end += count;
        return count > 0;
    }

    /// <returns>Minus one at the end.</returns>
    public async ValueTask<int> NextAsync()
        => Count > 0 || await FillAsync() ? _buffer[_start++] : -1;
}
