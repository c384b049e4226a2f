using System.Net.Sockets;
using System.Text;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>A connection of a proxy to its server.</summary>
public sealed class TeeConnection
{
    /// <summary>Of more than that the older half is forgotten.</summary>
    private const int MostKept = 4 * 1024 * 1024;

    private readonly Socket _proxy;
    private readonly Action _changed;
    private readonly Lock _lock = new();
    private readonly StringBuilder _fromProxy = new();
    private readonly StringBuilder _fromServer = new();

    internal TeeConnection(Socket proxy, Action changed) => (_proxy, _changed) = (proxy, changed);

    /// <summary>What the proxy has sent, a character a byte.</summary>
    public string FromProxy => Copy(_fromProxy);

    /// <summary>What the server has sent, a character a byte.</summary>
    public string FromServer => Copy(_fromServer);

    /// <summary>Whether the server has ended its side: it has nothing more to say.</summary>
    public bool IsEndedByServer { get; private set; }

    /// <summary>Whether the proxy has ended its side.</summary>
    public bool IsEndedByProxy { get; private set; }

    /// <summary>Cuts it on both sides.</summary>
    public void Cut() => _proxy.Close(0);

    internal async Task RunAsync(int port, CancellationToken stop)
    {
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (_proxy)
        {
            _proxy.NoDelay = true;
            await server.ConnectAsync("127.0.0.1", port, stop);
            Task toServer = CopyAsync(_proxy, server, _fromProxy, () => IsEndedByProxy = true, stop);
            await CopyAsync(server, _proxy, _fromServer, () => IsEndedByServer = true, stop);
            await toServer;
        }
    }

    private async Task CopyAsync(Socket from, Socket to, StringBuilder kept, Action ended, CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stop) is > 0 and int count)
            {
                Keep(kept, buffer.AsSpan(0, count));
                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side was cut, so the other one is.
            _proxy.Close(0);
            to.Close(0);
            from.Close(0);
        }

        ended();
        _changed();
    }

    private void Keep(StringBuilder kept, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            kept.Append(Encoding.Latin1.GetString(bytes));
            if (kept.Length > MostKept)
            {
                kept.Remove(0, MostKept / 2);
            }
        }

        _changed();
    }

    private string Copy(StringBuilder kept)
    {
        lock (_lock)
        {
            return kept.ToString();
        }
    }
}
