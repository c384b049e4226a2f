using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.Differential;

/// <summary>A server that answers with the bytes of a question, whose number is the path, and closes.</summary>
internal sealed class ResponseServer : IAsyncDisposable
{
    private const string BodyHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<byte[]> _answers = [];
    private readonly Task _accepting;

    public ResponseServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where an answer is.</summary>
    public Uri Add(PeerQuestion question)
    {
        byte[] bytes = Convert.FromHexString(question.Hex);
        lock (_answers)
        {
            _answers.Add(question.Kind == "bodies" ? [.. Encoding.ASCII.GetBytes(BodyHead), .. bytes] : bytes);
            return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{_listener.LocalEndpoint}/{_answers.Count - 1}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task AnswerAsync(Socket accepted)
    {
        using Socket socket = accepted;
        try
        {
            StringBuilder head = new();
            byte[] buffer = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int count = await socket.ReceiveAsync(buffer);
                if (count == 0)
                {
                    return;
                }

                head.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }

            byte[] answer;
            lock (_answers)
            {
                answer = _answers[int.Parse(head.ToString().Split(' ')[1].AsSpan(1), CultureInfo.InvariantCulture)];
            }

            await socket.SendAsync(answer);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // Until the client has what it wants.
            }
        }
        catch (SocketException)
        {
            // The client had enough.
        }
    }
}
