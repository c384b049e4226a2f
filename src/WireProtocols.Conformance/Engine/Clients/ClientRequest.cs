namespace WireProtocols.Conformance;

/// <summary>The head of a client's request, and what it is for.</summary>
internal sealed class ClientRequest : HttpHead
{
    private const string CasePrefix = "/case/";
    private const string ReportPrefix = "/report";

    private ClientRequest(byte[] head, bool isWhole)
        : base(head)
    {
        Head = head;
        IsWhole = isWhole;
        string[] parts = FirstLine.Split(' ');
        Method = parts[0];
        Target = parts.Length > 1 ? parts[1] : "";
        Version = parts.Length > 2 ? parts[^1] : "";
        Path = PathOf(Target);
    }

    /// <summary>The bytes, the empty line included.</summary>
    public byte[] Head { get; }

    /// <summary>False where the connection ended, or nothing more came, before the empty line.</summary>
    public bool IsWhole { get; }

    public string Method { get; }

    /// <summary>The request target as it came.</summary>
    public string Target { get; }

    public string Version { get; }

    /// <summary>The path of the target, without an authority and a query.</summary>
    public string Path { get; }

    /// <summary>What a client reports.</summary>
    public bool IsReport
        => IsWhole && Method is "POST" or "PUT" or "OPTIONS"
            && (Path == ReportPrefix || Path.StartsWith(ReportPrefix + "/", StringComparison.Ordinal));

    /// <summary>The case that the path names; null where it names none.</summary>
    public string? Case
        => Path.StartsWith(CasePrefix, StringComparison.Ordinal) ? Path[CasePrefix.Length..]
            : Path.StartsWith(ReportPrefix + "/", StringComparison.Ordinal) ? Path[(ReportPrefix.Length + 1)..]
            : null;

    public static string PathOfCase(string id) => CasePrefix + id;

    public static ClientRequest Parse(ReadOnlySpan<byte> head, bool isWhole) => new(head.ToArray(), isWhole);

    /// <summary>Where the head ends: behind the empty line, whatever its line ends.</summary>
    /// <returns>-1 where it is not whole.</returns>
    public static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; bytes[at..].IndexOf((byte)'\n') is >= 0 and int next; at += next + 1)
        {
            ReadOnlySpan<byte> rest = bytes[(at + next + 1)..];
            if (rest.StartsWith("\n"u8))
            {
                return at + next + 2;
            }

            if (rest.StartsWith("\r\n"u8))
            {
                return at + next + 3;
            }
        }

        return -1;
    }

    /// <summary>The request is for this case: its path names it, or something below it.</summary>
    public bool Names(string id) => Case is { } named && (named == id || named.StartsWith(id + "/", StringComparison.Ordinal));

    private static string PathOf(string target)
    {
        int scheme = target.IndexOf("://", StringComparison.Ordinal);
        int query = target.IndexOfAny(['?', '#']);
        if (scheme > 0 && (query < 0 || scheme < query))
        {
            int slash = target.IndexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target[slash..];
            query = target.IndexOfAny(['?', '#']);
        }

        return Uri.UnescapeDataString(query < 0 ? target : target[..query]);
    }
}
