using System.IO.Pipelines;
using System.Net.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>What a connection keeps that waits for a message: bytes on the heap beyond the pipes it runs over.</summary>
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
            Figures = (() => Retained(StartOurs), () => Retained(StartPeer)),
        },
    ];

    private static void Nothing()
    {
    }

    private static double Retained(Func<Pipe, Pipe, (object Connection, Task Receiving)> start)
    {
        (Pipe There, Pipe Back)[] pipes = [.. Enumerable.Range(0, Connections).Select(_ => (new Pipe(), new Pipe()))];
        object[] connections = new object[Connections];
        Task[] receiving = new Task[Connections];

        // The first one brings what all share.
        (object, Task) first = start(new Pipe(), new Pipe());
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Connections; i++)
        {
            (connections[i], receiving[i]) = start(pipes[i].There, pipes[i].Back);
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(pipes);
        GC.KeepAlive(connections);
        GC.KeepAlive(receiving);
        GC.KeepAlive(first);
        return (double)(after - before) / Connections;
    }

    private static (object Connection, Task Receiving) StartOurs(Pipe there, Pipe back)
    {
        WebSocketConnection connection = new(new Duplex(there.Reader, back.Writer), WebSocketRole.Server);
        return (connection, connection.ReceiveAsync().AsTask());
    }

    private static (object Connection, Task Receiving) StartPeer(Pipe there, Pipe back)
    {
        Stream stream = new DuplexStream(there.Reader.AsStream(), back.Writer.AsStream());
        WebSocket connection = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });

        // A read of zero bytes waits without a buffer of the caller's.
        return (connection, connection.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask());
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
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

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override void Flush() => output.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
