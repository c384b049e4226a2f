using System.Text;

namespace WireProtocols.Conformance;

/// <summary>The answer of a server to an opening handshake as lines of text, so that any of them can be bent.</summary>
internal sealed class OpeningReply
{
    private const string Protocol = "Sec-WebSocket-Protocol";
    private readonly List<(string Name, string Line)> _lines = [];

    public OpeningReply(ClientRequest request)
    {
        Request = request;
        Accept = OpeningAnswer.AcceptOf(request.All("Sec-WebSocket-Key") is [var key, ..] ? key : "");
        Add("Upgrade", "websocket").Add("Connection", "Upgrade").Add("Sec-WebSocket-Accept", Accept);
        if (request.Members(Protocol) is [var first, ..])
        {
            // Nothing demands that one is chosen, and some clients go no further without.
            Add(Protocol, first);
        }
    }

    /// <summary>What is answered.</summary>
    public ClientRequest Request { get; }

    /// <summary>The value that belongs to the key.</summary>
    public string Accept { get; }

    public string StatusLine { get; set; } = "HTTP/1.1 101 Switching Protocols";

    /// <summary>What ends each line.</summary>
    public string LineEnd { get; set; } = "\r\n";

    /// <summary>What stands before the head.</summary>
    public string Before { get; set; } = "";

    public OpeningReply Add(string name, string value) => Line(name, $"{name}: {value}");

    /// <summary>A line as it stands.</summary>
    public OpeningReply Line(string name, string line)
    {
        _lines.Add((name, line));
        return this;
    }

    public OpeningReply Without(string name)
    {
        _lines.RemoveAll(l => l.Name == name);
        return this;
    }

    /// <summary>The field with another value, in its place.</summary>
    public OpeningReply With(string name, string value) => Replace(name, $"{name}: {value}");

    /// <summary>The field with another line, in its place.</summary>
    public OpeningReply Replace(string name, string line)
    {
        int at = _lines.FindIndex(l => l.Name == name);
        _lines[at] = (name, line);
        return this;
    }

    /// <summary>Another subprotocol than the first that was offered, or none.</summary>
    public OpeningReply Choose(string? subprotocol)
    {
        Without(Protocol);
        return subprotocol is null ? this : Add(Protocol, subprotocol);
    }

    /// <summary>Every line by name and value.</summary>
    public OpeningReply Each(Func<string, string, string> line)
    {
        for (int i = 0; i < _lines.Count; i++)
        {
            (string name, string whole) = _lines[i];
            _lines[i] = (name, line(name, whole[(name.Length + 2)..]));
        }

        return this;
    }

    public OpeningReply Reverse()
    {
        _lines.Reverse();
        return this;
    }

    public OpeningReply First(string line)
    {
        _lines.Insert(0, ("", line));
        return this;
    }

    public byte[] ToBytes()
        => Encoding.Latin1.GetBytes($"{Before}{StatusLine}{LineEnd}{string.Concat(_lines.Select(l => l.Line + LineEnd))}{LineEnd}");
}
