using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Buffers;

/// <summary>The transport that needs sockets alone.</summary>
public sealed class SocketTransportTests : WireTransportTests
{
    [Fact]
    public async Task A_write_to_a_stream_that_was_cancelled_halfway_is_not_written_again()
    {
        (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
        SocketTransport one = new(new NetworkStream(client, ownsSocket: true), client);
        await using SocketTransport other = new(server);
        using CancellationTokenSource cancel = new();
        byte[] much = new byte[32 * 1024 * 1024];
        for (int i = 0; i < much.Length; i++)
        {
            much[i] = ByteAt(i);
        }

        one.Output.Write(much);
        Task writing = one.Output.FlushAsync(cancel.Token).AsTask();
        Assert.False(writing.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Task disposing = one.DisposeAsync().AsTask();
        long at = 0;
        ReadResult read;
        do
        {
            read = await other.Input.ReadAsync(TestContext.Current.CancellationToken);
            foreach (byte value in read.Buffer.ToArray())
            {
                Assert.Equal(ByteAt(at++), value);
            }

            other.Input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        Assert.True(at < much.Length);
        await disposing;
    }

    protected override IWireTransport Take(Socket socket, MemoryBudget? budget) => new SocketTransport(socket) { Budget = budget };

    private static byte ByteAt(long index) => (byte)(index * 31 >> 3);
}
