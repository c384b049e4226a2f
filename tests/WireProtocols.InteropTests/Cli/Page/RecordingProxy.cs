using System.Net;
using System.Net.Sockets;

namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>Stands between a browser and a server, and keeps every byte of both directions.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly List<(MemoryStream Client, MemoryStream Server)> _connections = [];
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;

    public RecordingProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Http => $"http://{_listener.LocalEndpoint}";

    /// <summary>What has crossed each connection so far.</summary>
    public (byte[] Client, byte[] Server)[] GetConnections()
    {
        lock (_connections)
        {
            return [.. _connections.Select(c => (c.Client.ToArray(), c.Server.ToArray()))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        lock (_connections)
        {
            _sockets.ForEach(s => s.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync();
                Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                (MemoryStream Client, MemoryStream Server) record = (new MemoryStream(), new MemoryStream());
                lock (_connections)
                {
                    _connections.Add(record);
                    _sockets.AddRange([client, server]);
                }

                await server.ConnectAsync(IPAddress.Loopback, _port);
                _ = CopyAsync(client, server, record.Client);
                _ = CopyAsync(server, client, record.Server);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Told to stop.
        }
    }

    private async Task CopyAsync(Socket from, Socket to, MemoryStream record)
    {
        byte[] buffer = new byte[64 * 1024];
        bool isThere = true;
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
            {
                lock (_connections)
                {
                    record.Write(buffer, 0, count);
                }

                // One that is gone does not keep the other's bytes from being recorded.
                for (int sent = 0; isThere && sent < count;)
                {
                    int step = await TrySendAsync(to, buffer.AsMemory(sent..count));
                    isThere = step > 0;
                    sent += step;
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // A reset is handed on as one.
            to.Close(0);
        }
    }

    private static async Task<int> TrySendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return await to.SendAsync(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
