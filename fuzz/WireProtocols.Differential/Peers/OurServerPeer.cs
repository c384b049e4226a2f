using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Differential;

/// <summary>The library's HTTP/1.1 server; it answers with the body that came.</summary>
public sealed class OurServerPeer : Peer
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private Task _accepting = Task.CompletedTask;

    /// <inheritdoc/>
    public override string Name => "WireProtocols";

    /// <inheritdoc/>
    public override string Version => "as it stands here";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kinds => ["requests", "bodies"];

    /// <inheritdoc/>
    public override Task StartAsync()
    {
        _listener.Start();
        _accepting = AcceptAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<PeerAnswer> AskAsync(PeerQuestion question) => ServerTalk.AskAsync(_listener.LocalEndpoint, question);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await base.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using Http1ServerConnection connection = new(new SocketTransport(socket));
        try
        {
            await connection.RunAsync(EchoAsync);
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }

    private static async ValueTask EchoAsync(Http1Exchange exchange, CancellationToken stop)
    {
        ArrayBufferWriter<byte> body = new();
        ReadResult read;
        do
        {
            read = await exchange.Body.ReadAsync(stop);
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                body.Write(piece.Span);
            }

            exchange.Body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        await exchange.RespondAsync(200, body.WrittenMemory.ToArray());
    }
}
