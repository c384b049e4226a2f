using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Tap;

/// <summary>
/// Sends what the clients of a recording sent to a server again, and shows it with what the server answers. What a client sent after an answer is
/// held back until as many bytes have been answered as then, or for five seconds.
/// </summary>
internal sealed class ReplayToServer(TrafficView view, DnsEndPoint to, OutputBuffer output) : IReplay
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, Session> _sessions = [];
    private readonly Lock _printing = new();

    public async ValueTask AddAsync(RecordedRow row, CancellationToken stop)
    {
        if (row.Kind == "stream")
        {
            _sessions[row.Stream] = await ConnectAsync(stop);
        }
        else if (_sessions.TryGetValue(row.Stream, out Session? session))
        {
            switch (row)
            {
                case { Kind: "bytes", Side: TrafficSide.Client }:
                    await session.SendAsync(row.Bytes, Patience, stop);
                    break;
                case { Kind: "bytes" }:
                    session.Expected += row.Bytes.Length;
                    break;
                case { Side: TrafficSide.Client }:
                    await session.WaitAsync(Patience, stop);
                    session.EndSending();
                    break;
            }
        }
    }

    public async ValueTask CompleteAsync(CancellationToken stop)
    {
        foreach (Session session in _sessions.Values)
        {
            await session.WaitForEndAsync(Patience, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Session session in _sessions.Values)
        {
            await session.DisposeAsync();
        }
    }

    private async Task<Session> ConnectAsync(CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, stop);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ToolException(ExitStatus.InputOutput, $"{to.Host}:{to.Port}: {exception.Message}");
        }

        lock (_printing)
        {
            return new Session(this, socket, view.Begin(Addresses.Of(socket.LocalEndPoint), Addresses.Of(socket.RemoteEndPoint)));
        }
    }

    private void Show(int stream, TrafficSide side, ReadOnlySpan<byte> bytes)
    {
        lock (_printing)
        {
            if (bytes.IsEmpty)
            {
                view.Close(stream, side);
            }
            else
            {
                view.Add(stream, side, bytes);
            }

            output.Flush();
        }
    }

    private sealed class Session : IAsyncDisposable
    {
        private readonly ReplayToServer _replay;
        private readonly Socket _socket;
        private readonly int _stream;
        private readonly Task _receiving;
        private readonly SemaphoreSlim _arrived = new(0);
        private long _received;

        public Session(ReplayToServer replay, Socket socket, int stream)
        {
            _replay = replay;
            _socket = socket;
            _stream = stream;
            _receiving = ReceiveAsync();
        }

        /// <summary>How many bytes the server had sent at this point of the recording.</summary>
        public long Expected { get; set; }

        public async Task SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan patience, CancellationToken stop)
        {
            await WaitAsync(patience, stop);
            _replay.Show(_stream, TrafficSide.Client, bytes.Span);
            await _socket.SendAsync(bytes, stop);
        }

        /// <summary>Waits until the server has sent as much as in the recording, or ends, or for as long as patience lasts.</summary>
        public async Task WaitAsync(TimeSpan patience, CancellationToken stop)
        {
            while (Interlocked.Read(ref _received) < Expected && !_receiving.IsCompleted && await _arrived.WaitAsync(patience, stop))
            {
            }
        }

        /// <summary>Waits until the server ends, or is silent for as long as patience lasts.</summary>
        public async Task WaitForEndAsync(TimeSpan patience, CancellationToken stop)
        {
            while (!_receiving.IsCompleted && await _arrived.WaitAsync(patience, stop))
            {
            }
        }

        public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

        public async ValueTask DisposeAsync()
        {
            _socket.Dispose();
            await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _arrived.Dispose();
        }

        private async Task ReceiveAsync()
        {
            byte[] buffer = new byte[64 * 1024];
            try
            {
                int count;
                do
                {
                    count = await _socket.ReceiveAsync(buffer, SocketFlags.None);
                    _replay.Show(_stream, TrafficSide.Server, buffer.AsSpan(0, count));
                    Interlocked.Add(ref _received, count);
                    _arrived.Release();
                }
                while (count > 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It is over; what came has been shown.
            }
        }
    }
}
