using System.Globalization;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>What a session asks the echo to do besides, in the query of its path: <c>/echo?reset=42&amp;drain</c>.</summary>
internal sealed record EchoPlan
{
    /// <summary><c>close=CODE</c>: close the session with the code, and with <c>reason=TEXT</c>, on its first datagram.</summary>
    public uint? Close { get; init; }

    public string Reason { get; init; } = "";

    /// <summary><c>reset=CODE</c>: reset every stream and stop its peer, instead of echoing.</summary>
    public uint? Reset { get; init; }

    /// <summary><c>drain</c>: ask the client to come to an end.</summary>
    public bool Drain { get; init; }

    /// <summary><c>open=N</c>: open so many streams of each direction, with a greeting on each.</summary>
    public int Open { get; init; }

    /// <summary><c>reject=STATUS</c>: answer with a status from 300 to 599.</summary>
    public int? Reject { get; init; }

    /// <summary><c>wire=NAME</c>: who watches its bytes.</summary>
    public string? Wire { get; init; }

    public static EchoPlan Parse(string path)
    {
        EchoPlan plan = new();
        int query = path.IndexOf('?', StringComparison.Ordinal);
        foreach (string part in query < 0 ? [] : path[(query + 1)..].Split('&'))
        {
            string[] pair = part.Split('=', 2);
            string value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
            bool isCode = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint code);
            plan = pair[0] switch
            {
                "close" when isCode => plan with { Close = code },
                "reason" => plan with { Reason = value },
                "reset" when isCode => plan with { Reset = code },
                "drain" => plan with { Drain = true },
                "open" when isCode => plan with { Open = (int)Math.Min(code, 100) },
                "wire" => plan with { Wire = value },
                "reject" when isCode && code is >= 300 and <= 599 => plan with { Reject = (int)code },
                _ => plan,
            };
        }

        return plan;
    }
}
