using System.Globalization;
using System.Text;

namespace WireProtocols.Fuzz.Http1.Schedules;

/// <summary>A response of the script.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">What a reader hands out.</param>
/// <param name="End">Where its bytes end in the script.</param>
/// <param name="EndsConnection">Nothing may follow it on the connection.</param>
internal sealed record ScriptedResponse(int Status, string Body, int End, bool EndsConnection);

/// <summary>
/// What the server sends in a round: responses that say which request they answer, of every framing, 1xx before them. The bytes may be cut, one of
/// them may be another, and something may stand behind them.
/// </summary>
internal sealed class ServerScript
{
    private readonly byte[] _bytes;

    public ServerScript(Random random, IReadOnlyList<string> methods)
    {
        StringBuilder text = new();
        foreach (string method in methods)
        {
            Responses.Add(Write(text, random, method, Responses.Count));
        }

        Behind = random.Next(6) == 0 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : "";
        _bytes = Encoding.Latin1.GetBytes(text.Append(Behind).ToString());
        Damage = _bytes.Length;
        switch (random.Next(5))
        {
            case 0:
                Damage = random.Next(0, _bytes.Length + 1);
                _bytes = _bytes[..Damage];
                break;
            case 1 when _bytes.Length > 0:
                Damage = random.Next(0, _bytes.Length);
                _bytes[Damage] = (byte)(_bytes[Damage] ^ (1 << random.Next(8)));
                break;
        }

        FailsAtTheEnd = random.Next(4) == 0;
    }

    public List<ScriptedResponse> Responses { get; } = [];

    /// <summary>What nobody asked for.</summary>
    public string Behind { get; }

    /// <summary>Where the bytes cease to be what was meant.</summary>
    public int Damage { get; }

    public bool FailsAtTheEnd { get; }

    public bool IsAtEnd => Sent == _bytes.Length;

    /// <summary>How many bytes have been sent.</summary>
    public int Sent { get; private set; }

    /// <summary>The next bytes.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="before">Where the response to the last request ends; what stands behind it was not asked for.</param>
    public ReadOnlyMemory<byte> Next(int most, int before)
    {
        int length = Math.Max(0, Math.Min(most, Math.Min(before, _bytes.Length) - Sent));
        Sent += length;
        return _bytes.AsMemory(Sent - length, length);
    }

    private static ScriptedResponse Write(StringBuilder text, Random random, string method, int number)
    {
        for (int interim = random.Next(4); interim > 1; interim--)
        {
            text.Append("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        }

        int status = random.Next(5) switch { 0 => 204, 1 => 304, 2 => 404, _ => 200 };
        string body = new((char)('a' + number), random.Next(0, 60));
        int framing = random.Next(5);
        bool closes = random.Next(6) == 0;
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nX-Number: {number}\r\n{(closes ? "Connection: close\r\n" : "")}");
        bool isEmpty = method == "HEAD" || status is 204 or 304;
        bool isUntilClose = framing == 4 && !isEmpty;
        text.Append(
            status == 204 ? "\r\n"
            : framing < 2 ? $"Content-Length: {body.Length}\r\n\r\n"
            : framing < 4 ? "Transfer-Encoding: chunked\r\n\r\n"
            : "\r\n");
        if (!isEmpty)
        {
            text.Append(framing is 2 or 3 ? Chunks(body, random) : body);
        }

        return new ScriptedResponse(status, isEmpty ? "" : body, text.Length, closes || isUntilClose);
    }

    private static string Chunks(string body, Random random)
    {
        StringBuilder chunks = new();
        for (int at = 0; at < body.Length;)
        {
            int length = random.Next(1, body.Length - at + 1);
            chunks.Append(CultureInfo.InvariantCulture, $"{length:x}{(random.Next(4) == 0 ? ";a=\"b\"" : "")}\r\n{body.AsSpan(at, length)}\r\n");
            at += length;
        }

        return chunks.Append(random.Next(3) == 0 ? "0\r\nX-Trailer: 1\r\n\r\n" : "0\r\n\r\n").ToString();
    }
}
