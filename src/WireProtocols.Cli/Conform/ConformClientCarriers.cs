using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Conform;

/// <summary>
/// QUIC connections of WebTransport clients, which another process takes: each comes as a TCP connection to a port. The clients go to the UDP port of
/// the same number.
/// </summary>
internal sealed class ConformClientCarriers : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly string? _command;
    private IAsyncDisposable? _client;

    private ConformClientCarriers(TcpListener listener, string? command)
    {
        _listener = listener;
        _command = command;
        Url = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    /// <summary>Where the clients go.</summary>
    public Uri Url { get; }

    /// <param name="port">0 picks one.</param>
    /// <param name="command">Starts the client of a case; null where clients come by themselves.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static ConformClientCarriers Listen(int port, string? command)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return new ConformClientCarriers(listener, command);
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException($"port {port} cannot be listened on: {exception.Message}", exception);
        }
    }

    /// <summary>The next connection, of a client that is started for it.</summary>
    public async ValueTask<IQuicCarrier> AcceptAsync(Uri url, CancellationToken stop)
    {
        await EndClientAsync();
        if (_command is not null)
        {
            await HangUpAsync(stop);
            _client = ConformanceClients.Start(_command, Url);
        }

        Socket socket = await _listener.AcceptSocketAsync(stop);
        return await RelayCarrier.OpenAsync(socket, stop) ?? throw new IOException("what came did not say that it has a QUIC connection");
    }

    public async ValueTask DisposeAsync()
    {
        await EndClientAsync();
        _listener.Dispose();
    }

    /// <summary>What waits came of a client that has been ended: its connection is dead, and would be taken for that of the next.</summary>
    private async ValueTask HangUpAsync(CancellationToken stop)
    {
        while (_listener.Pending())
        {
            (await _listener.AcceptSocketAsync(stop)).Dispose();
        }
    }

    private async ValueTask EndClientAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
            _client = null;
        }
    }
}
