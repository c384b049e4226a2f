using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>A WebSocket server that echoes, written for this by hand, with one mistake or none.</summary>
public sealed class SubjectServer : IAsyncDisposable
{
    private readonly Defect _defect;
    private readonly byte[]? _pongBeforeClose;
    private readonly SubjectListener _listener;
    private bool _isDead;

    /// <param name="defect">The mistake.</param>
    /// <param name="pongBeforeClose">No mistake: a Pong for a Ping behind the Close, sent before the Close is answered.</param>
    public SubjectServer(Defect defect = Defect.None, byte[]? pongBeforeClose = null)
    {
        _defect = defect;
        _pongBeforeClose = pongBeforeClose;
        _listener = new SubjectListener(ServeAsync);
    }

    public Uri Url => new($"ws://127.0.0.1:{_listener.Port}/echo");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task<bool> ServeAsync(NetworkStream stream, CancellationToken stop)
    {
        if (_isDead)
        {
            return false;
        }

        SubjectOpening opening = new(_defect, stream);
        if (await opening.AcceptAsync(stop))
        {
            using SubjectConnection connection = new(_defect, stream, opening.Terms, pongBeforeClose: _pongBeforeClose);
            await connection.RunAsync(stop);
            _isDead |= connection.HasKilledServer;
        }

        return true;
    }
}
