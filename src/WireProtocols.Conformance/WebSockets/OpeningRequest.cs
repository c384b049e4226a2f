using System.Text;

namespace WireProtocols.Conformance;

/// <summary>The opening handshake of a client as lines of text, so that any of them can be bent.</summary>
internal sealed class OpeningRequest
{
    private readonly List<(string Name, string Line)> _lines = [];

    public OpeningRequest(Uri subject, string key)
    {
        Target = subject.PathAndQuery;
        Host = subject.Authority;
        Key = key;
        Add("Host", subject.Authority).Add("Upgrade", "websocket").Add("Connection", "Upgrade")
            .Add("Sec-WebSocket-Key", key).Add("Sec-WebSocket-Version", "13");
    }

    public string Method { get; set; } = "GET";

    public string Target { get; set; }

    public string Version { get; set; } = "HTTP/1.1";

    /// <summary>The key that the answer has to belong to.</summary>
    public string Key { get; private set; }

    /// <summary>What stands behind the head.</summary>
    private string Body { get; set; } = "";

    public OpeningRequest WithBody(string body)
    {
        Body = body;
        return this;
    }

    public OpeningRequest Add(string name, string value)
    {
        _lines.Add((name, $"{name}: {value}"));
        return this;
    }

    /// <summary>The authority that the request is for.</summary>
    public string Host { get; }

    /// <summary>A line as it stands.</summary>
    public OpeningRequest Line(string line)
    {
        _lines.Add(("", line));
        return this;
    }

    public OpeningRequest Without(string name)
    {
        _lines.RemoveAll(l => l.Name == name);
        return this;
    }

    /// <summary>The field with another value, in its place.</summary>
    public OpeningRequest With(string name, string value) => Replace(name, $"{name}: {value}");

    /// <summary>The field with another line, in its place.</summary>
    public OpeningRequest Replace(string name, string line)
    {
        int at = _lines.FindIndex(l => l.Name == name);
        _lines[at] = (name, line);
        return this;
    }

    public OpeningRequest WithKey(string key)
    {
        Key = key.Trim();
        return With("Sec-WebSocket-Key", key);
    }

    public OpeningRequest Reverse()
    {
        _lines.Reverse();
        return this;
    }

    public byte[] ToBytes()
        => Encoding.Latin1.GetBytes($"{Method} {Target} {Version}\r\n{string.Concat(_lines.Select(l => l.Line + "\r\n"))}\r\n{Body}");
}
