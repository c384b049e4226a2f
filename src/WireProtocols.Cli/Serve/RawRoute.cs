using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// Sends the bytes of a body, whatever they are, over a connection of their own to this server, and answers with what came back: so that a page can
/// send what no browser does, broken frames for instance. It reaches no other server.
/// </summary>
internal sealed class RawRoute(Func<IPEndPoint> self, TimeProvider time) : Route
{
    private const int MaxLength = 256 * 1024;
    private const int LongestWait = 5000;

    public override string Path => "/raw";

    public override IReadOnlyList<string> Methods => ["POST"];

    public override string Description => "sends a body as it is to this server itself, and answers with what comes back (?wait=ms for more of it)";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        ArrayBufferWriter<byte> bytes = new();
        if (!await TryReadAsync(request, bytes))
        {
            await request.RespondAsync(413, $"{Path} takes {MaxLength} bytes.\n");
            return;
        }

        int wait = request.GetQuery("wait", 500, 0, LongestWait);
        ReadOnlyMemory<byte> answer = await SendAsync(request, bytes.WrittenMemory, TimeSpan.FromMilliseconds(wait));
        await request.Exchange.RespondAsync(200, answer, ("Content-Type", "application/octet-stream"), ("Cache-Control", "no-store"));
    }

    private static async Task<bool> TryReadAsync(ServeRequest request, ArrayBufferWriter<byte> bytes)
    {
        while (true)
        {
            ReadResult read = await request.Exchange.Body.ReadAsync(request.Stopping);
            if (bytes.WrittenCount + read.Buffer.Length > MaxLength)
            {
                request.Exchange.Body.AdvanceTo(read.Buffer.End);
                return false;
            }

            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                bytes.Write(segment.Span);
            }

            request.Exchange.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return true;
            }
        }
    }

    /// <summary>Sends, and reads until nothing comes for a while, or the server ends the connection.</summary>
    private async Task<ReadOnlyMemory<byte>> SendAsync(ServeRequest request, ReadOnlyMemory<byte> bytes, TimeSpan wait)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        ArrayBufferWriter<byte> answer = new();
        try
        {
            await socket.ConnectAsync(Reachable(self()), request.Stopping);
            await socket.SendAsync(bytes, request.Stopping);
            while (answer.WrittenCount < MaxLength)
            {
                using CancellationTokenSource patience = new(wait, time);
                using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, request.Stopping);
                int read = await socket.ReceiveAsync(answer.GetMemory(4096), end.Token);
                answer.Advance(read);
                if (read == 0)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Nothing more comes, or the server has dropped the connection.
        }

        return answer.WrittenMemory;
    }

    /// <summary>A server that listens on every address is reached on the loopback.</summary>
    private static IPEndPoint Reachable(IPEndPoint listening)
        => listening.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, listening.Port)
            : listening.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, listening.Port)
            : listening;
}
