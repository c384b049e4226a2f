using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>A UDP port on loopback before a server, for one client: each packet is held for a while, both ways.</summary>
public sealed class DelayRelay : IDisposable
{
    private const int MaxPacket = 64 * 1024;
    private const int BufferSize = 8 * 1024 * 1024;

    private readonly Socket _front = CreateSocket();
    private readonly Socket _back = CreateSocket();
    private readonly TimeSpan _delay;
    private readonly BlockingCollection<Held> _held = [];
    private readonly Thread[] _threads;
    private volatile EndPoint? _client;

    /// <param name="server">Where packets go.</param>
    /// <param name="delay">How long each is held, in each direction.</param>
    public DelayRelay(IPEndPoint server, TimeSpan delay)
    {
        _delay = delay;
        _back.Connect(server);
        _threads =
        [
            Start(ReceiveFromClient),
            Start(ReceiveFromServer),
            Start(SendWhatIsDue),
        ];
    }

    public int Port => ((IPEndPoint)_front.LocalEndPoint!).Port;

    public void Dispose()
    {
        _front.Dispose();
        _back.Dispose();
        _held.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _held.Dispose();
    }

    private static Socket CreateSocket()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = BufferSize,
            SendBufferSize = BufferSize,
        };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Thread Start(Action action)
    {
        Thread thread = new(() => RunUntilDisposed(action)) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void RunUntilDisposed(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed of, or the server is gone.
        }
    }

    private void ReceiveFromClient()
    {
        byte[] buffer = new byte[MaxPacket];
        while (true)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int count = _front.ReceiveFrom(buffer, ref from);
            _client = from;
            Hold(buffer.AsSpan(0, count), toServer: true);
        }
    }

    private void ReceiveFromServer()
    {
        byte[] buffer = new byte[MaxPacket];
        while (true)
        {
            int count = _back.Receive(buffer);
            Hold(buffer.AsSpan(0, count), toServer: false);
        }
    }

    private void Hold(ReadOnlySpan<byte> packet, bool toServer)
        => _held.Add(new Held(Stopwatch.GetTimestamp(), packet.ToArray(), toServer));

    /// <summary>All are held for the same time, so they leave in the order in which they came.</summary>
    private void SendWhatIsDue()
    {
        foreach (Held packet in _held.GetConsumingEnumerable())
        {
            TimeSpan left = _delay - Stopwatch.GetElapsedTime(packet.At);
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep((int)Math.Ceiling(left.TotalMilliseconds));
            }

            if (packet.ToServer)
            {
                _back.Send(packet.Bytes);
            }
            else if (_client is { } client)
            {
                _front.SendTo(packet.Bytes, client);
            }
        }
    }

    private sealed record Held(long At, byte[] Bytes, bool ToServer);
}
