using System.IO.Pipelines;
using System.Net.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>What a connection keeps while it waits in a receive, and what that wait keeps: bytes on the heap beyond the pipes it runs over.</summary>
public static class IdleCases
{
    private const int Connections = 10_000;
    private const double Limit = 1024;

    /// <summary>One case, in bytes.</summary>
    public static IEnumerable<CompareCase> All() =>
    [
        new("websocket.connection.idle_bytes", 1, Nothing, "System.Net.WebSockets", Nothing, Target: null)
        {
            MayAllocate = true,
            Unit = "bytes",
            Limit = Limit,
            Figures = (RetainedByOurs, RetainedByPeer),
        },
    ];

    private static void Nothing()
    {
    }

    private static double RetainedByOurs()
    {
        Duplex[] pipes = [.. Enumerable.Range(0, Connections + 1).Select(_ => new Duplex())];
        WebSocketConnection[] connections = new WebSocketConnection[pipes.Length];
        ValueTask<OwnedWebSocketMessage?>[] waiting = new ValueTask<OwnedWebSocketMessage?>[pipes.Length];
        return Retained(i =>
        {
            connections[i] = new WebSocketConnection(pipes[i], WebSocketRole.Server);
            waiting[i] = connections[i].ReceiveAsync();
        });
    }

    /// <summary>A read of zero bytes waits without a buffer of the caller's.</summary>
    private static double RetainedByPeer()
    {
        Stream[] streams =
        [
            .. Enumerable.Range(0, Connections + 1).Select(_ => new Duplex()).Select(p => new DuplexStream(p.Input.AsStream(), p.Output.AsStream())),
        ];
        WebSocket[] connections = new WebSocket[streams.Length];
        ValueTask<ValueWebSocketReceiveResult>[] waiting = new ValueTask<ValueWebSocketReceiveResult>[streams.Length];
        return Retained(i =>
        {
            connections[i] = WebSocket.CreateFromStream(streams[i], new WebSocketCreationOptions { IsServer = true });
            waiting[i] = connections[i].ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        });
    }

    private static double Retained(Action<int> start)
    {
        // The first one brings what all share.
        start(Connections);
        long before = LiveBytes();
        for (int i = 0; i < Connections; i++)
        {
            start(i);
        }

        long after = LiveBytes();
        GC.KeepAlive(start);
        return (double)(after - before) / Connections;
    }

    /// <summary>Exact, where <see cref="GC.GetTotalMemory"/> is content with two figures that differ by less than a twentieth of the heap.</summary>
    private static long LiveBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    private sealed class Duplex : IDuplexPipe
    {
        private readonly Pipe _there = new();
        private readonly Pipe _back = new();

        public PipeReader Input => _there.Reader;

        public PipeWriter Output => _back.Writer;
    }

    private sealed class DuplexStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => input.ReadAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => output.WriteAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override void Flush() => output.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
