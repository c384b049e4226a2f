using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>A WebSocket server that echoes, written for this by hand, with one mistake or none.</summary>
public sealed class SubjectServer : IAsyncDisposable
{
    private readonly Defect _defect;
    private readonly SubjectListener _listener;
    private bool _isDead;

    public SubjectServer(Defect defect = Defect.None)
    {
        _defect = defect;
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
            using SubjectConnection connection = new(_defect, stream, opening.Terms);
            await connection.RunAsync(stop);
            _isDead |= connection.HasKilledServer;
        }

        return true;
    }
}
