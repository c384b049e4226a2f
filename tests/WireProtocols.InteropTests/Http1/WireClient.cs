using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.InteropTests.Http1;

/// <summary>A response, read by the library.</summary>
public sealed record WireResponse(int Status, byte[] Body, IReadOnlyList<TrailerField> Trailers);

/// <summary>A client of the library's own codecs over a socket, for servers that are not ours.</summary>
public sealed class WireClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly Http1ResponseReader _responses;

    private WireClient(Socket socket)
    {
        _socket = socket;
        NetworkStream stream = new(socket, ownsSocket: true);
        _input = PipeReader.Create(stream);
        _output = PipeWriter.Create(stream);
        _responses = new Http1ResponseReader(_input);
    }

    public static async Task<WireClient> ConnectAsync(int port)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        return new WireClient(socket);
    }

    /// <summary>Sends a chunked request and reads the response while it is still sending.</summary>
    public async Task<WireResponse> PostAsync(string target, RandomBody body, int seed, params (string Name, string Value)[] trailers)
    {
        Http1HeadWriter head = Http1HeadWriter.StartRequest(_output, "POST"u8, Encoding.ASCII.GetBytes(target));
        head.WriteField("Host"u8, "localhost"u8);
        head.WriteField("TE"u8, "trailers"u8);
        head.WriteField("Connection"u8, "TE"u8);
        head.WriteField("Transfer-Encoding"u8, "chunked"u8);
        head.WriteField("Trailer"u8, string.Join(", ", trailers.Select(t => t.Name).DefaultIfEmpty("X-None")));
        head.Complete();
        Task sending = SendAsync(body, seed, trailers);
        WireResponse response = await ReadAsync("POST"u8.ToArray());
        await sending;
        return response;
    }

    public async ValueTask DisposeAsync()
    {
        _responses.Dispose();
        await _input.CompleteAsync();
        await _output.CompleteAsync();
        _socket.Dispose();
    }

    private async Task SendAsync(RandomBody body, int seed, (string Name, string Value)[] trailers)
    {
        ChunkedWriter writer = new(_output);
        await body.WriteAsync(writer, seed);
        foreach ((string name, string value) in trailers)
        {
            writer.AddTrailer(name, value);
        }

        await writer.CompleteAsync();
    }

    private async Task<WireResponse> ReadAsync(byte[] method)
    {
        OwnedHttp1ResponseHead head = (await _responses.ReadAsync(TestContext.Current.CancellationToken))!;
        using Http1BodyReader body = new(_input, Http1BodyFraming.OfResponse(head.Head, method));
        ArrayBufferWriter<byte> bytes = new();
        while (true)
        {
            ReadResult read = await body.ReadAsync(TestContext.Current.CancellationToken);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                bytes.Write(segment.Span);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return new WireResponse(head.Head.StatusCode, bytes.WrittenSpan.ToArray(), body.Trailers);
            }
        }
    }
}
