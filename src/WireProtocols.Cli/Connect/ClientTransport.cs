using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Connect;

/// <summary>TCP, or TLS over TCP, as a pair of pipes whose bytes can be seen.</summary>
internal sealed class ClientTransport : IDuplexPipe, IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly TappedReader _input;
    private readonly TappedWriter _output;

    private ClientTransport(Stream stream)
    {
        _stream = stream;
        _input = new TappedReader(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)));
        _output = new TappedWriter(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    /// <exception cref="IOException">There is no connection to be had.</exception>
    public static async Task<ClientTransport> ConnectAsync(Uri url, CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(url.IdnHost, url.Port, stop);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (url.Scheme is "wss" or "https")
            {
                SslStream secure = new(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.IdnHost }, stop);
            }

            return new ClientTransport(stream);
        }
        catch (Exception exception)
        {
            stream?.Dispose();
            socket.Dispose();
            throw exception is SocketException or AuthenticationException ? new IOException(exception.Message, exception) : exception;
        }
    }

    /// <summary>Shows the bytes of both directions from now on.</summary>
    public void Tap(ByteTap received, ByteTap sent)
    {
        _input.Tap = received;
        _output.Tap = sent;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
