using System.Text;

namespace WireProtocols.Conformance;

/// <summary>The request for an event stream, of which a case may change anything. Characters are bytes.</summary>
internal sealed class StreamRequest(Uri subject)
{
    private readonly List<(string Name, string Value)> _fields =
    [
        ("Host", subject.Authority), ("Accept", "text/event-stream"), ("Cache-Control", "no-store"),
    ];

    public string Method { get; set; } = "GET";

    public string Target { get; set; } = subject.PathAndQuery;

    public string Version { get; set; } = "HTTP/1.1";

    /// <summary>What stands behind the head.</summary>
    public string Content { get; set; } = "";

    /// <summary>The whole head in place of what the fields make.</summary>
    public Func<string, string> Rewrite { get; set; } = head => head;

    public string Authority { get; } = subject.Authority;

    public StreamRequest With(string name, string value)
    {
        Without(name);
        _fields.Add((name, value));
        return this;
    }

    public StreamRequest Without(string name)
    {
        _fields.RemoveAll(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return this;
    }

    public StreamRequest Add(string name, string value)
    {
        _fields.Add((name, value));
        return this;
    }

    public StreamRequest Reverse()
    {
        _fields.Reverse();
        return this;
    }

    public StreamRequest Rename(Func<string, string> rename)
    {
        for (int i = 0; i < _fields.Count; i++)
        {
            _fields[i] = (rename(_fields[i].Name), _fields[i].Value);
        }

        return this;
    }

    /// <summary>More of the query.</summary>
    public StreamRequest Ask(string query)
    {
        Target += (Target.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query;
        return this;
    }

    /// <summary>The bytes of UTF-8 as the characters of a head.</summary>
    public static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public byte[] ToBytes()
        => Encoding.Latin1.GetBytes(
            Rewrite($"{Method} {Target} {Version}\r\n{string.Concat(_fields.Select(f => $"{f.Name}: {f.Value}\r\n"))}\r\n") + Content);
}
