using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.Differential;

/// <summary>Asks an HTTP/1.1 server that answers with the body that came: one connection a question.</summary>
public static class ServerTalk
{
    private const string BodyHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>Who waits for more has not taken it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long another answer is looked for, which nobody asked for.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(60);

    /// <summary>Sends the question, and reads what comes.</summary>
    /// <param name="endPoint">Where the server listens.</param>
    /// <param name="question">A request, or the body of one.</param>
    public static async Task<PeerAnswer> AskAsync(EndPoint endPoint, PeerQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        byte[] body = Convert.FromHexString(question.Hex);
        byte[] request = question.Kind == "bodies" ? [.. Encoding.ASCII.GetBytes(BodyHead), .. body] : body;
        try
        {
            await socket.SendAsync(request);
        }
        catch (SocketException)
        {
            // What it said before is still to be read.
        }

        (string answer, string end) = await ReadAsync(socket);
        List<string> got = [];
        int status = 0;
        while (TakeAnswer(ref answer, out int next, out string content))
        {
            if (next >= 200)
            {
                got.Add(status == 0 ? content : $"another answer: {next}");
                status = status == 0 ? next : status;
            }
        }

        return status is >= 200 and < 300
            ? new PeerAnswer(question.Kind, question.Id, true, got)
            : new PeerAnswer(
                question.Kind, question.Id, false, [], status == 0 ? end : string.Create(CultureInfo.InvariantCulture, $"status {status}"));
    }

    private static async Task<(string Answer, string End)> ReadAsync(Socket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[64 * 1024];
        string end = "no answer";
        bool isWhole = false;
        try
        {
            while (true)
            {
                using CancellationTokenSource late = new(isWhole ? Glance : Patience);
                int count = await socket.ReceiveAsync(buffer, late.Token);
                if (count == 0)
                {
                    end = "it hangs up";
                    break;
                }

                all.Write(buffer, 0, count);
                string text = Encoding.Latin1.GetString(all.GetBuffer(), 0, (int)all.Length);
                isWhole = HasFinal(text);
            }
        }
        catch (OperationCanceledException)
        {
            // Silence.
        }
        catch (SocketException)
        {
            end = "it hangs up";
        }

        return (Encoding.Latin1.GetString(all.GetBuffer(), 0, (int)all.Length), end);
    }

    private static bool HasFinal(string text)
    {
        while (TakeAnswer(ref text, out int status, out _))
        {
            if (status >= 200)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes an answer from the beginning, whose length is a Content-Length, or what is there.</summary>
    private static bool TakeAnswer(ref string text, out int status, out string content)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        (status, content) = (0, "");
        if (end < 0 || !text.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out status))
        {
            return false;
        }

        string head = text[..(end + 2)];
        string rest = text[(end + 4)..];
        int at = head.IndexOf("\r\nContent-Length:", StringComparison.OrdinalIgnoreCase);
        int length = at < 0 ? (status < 200 ? 0 : rest.Length)
            : int.Parse(head.AsSpan(at + 17, head.IndexOf('\r', at + 2) - at - 17), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        if (rest.Length < length)
        {
            return false;
        }

        content = rest[..length];
        text = rest[length..];
        return true;
    }
}
