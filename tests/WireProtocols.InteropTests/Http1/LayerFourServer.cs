using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Http1;

namespace WireProtocols.InteropTests.Http1;

/// <summary>A server on <see cref="Http1ServerConnection"/> over loopback that echoes bodies and trailers; <c>/hello</c> answers a GET.</summary>
internal sealed class LayerFourServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _connections;

    public LayerFourServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Uri => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many connections have been accepted.</summary>
    public int Connections => _connections;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                _connections++;
                serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using NetworkStream stream = new(socket, ownsSocket: true);
        await using Http1ServerConnection connection = new(new StreamPipe(stream));
        await connection.RunAsync(AnswerAsync, _stopping.Token);
    }

    private static async ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stop)
    {
        if (exchange.Request.Target == "/hello")
        {
            await exchange.RespondAsync(200, "hello"u8.ToArray(), ("Content-Type", "text/plain"));
            return;
        }

        ReadResult read = await exchange.Body.ReadAsync(stop);
        Http1BodyWriter response = exchange.StartResponse(200, Http1BodyFraming.Chunked, ("Content-Type", "application/octet-stream"));
        while (true)
        {
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                await response.WriteAsync(segment, stop);
            }

            exchange.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }

            read = await exchange.Body.ReadAsync(stop);
        }

        foreach (TrailerField trailer in exchange.Body.Trailers)
        {
            response.AddTrailer(trailer.Name, trailer.Value);
        }

        await response.CompleteAsync();
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
