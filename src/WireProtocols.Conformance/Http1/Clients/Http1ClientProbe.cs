namespace WireProtocols.Conformance;

/// <summary>How the examiner ends a connection behind its answer.</summary>
internal enum Http1ClientEnd
{
    /// <summary>As a right server would: it goes on, unless the client said close or speaks HTTP/1.0.</summary>
    AsAsked,

    /// <summary>It is closed.</summary>
    Closed,
}

/// <summary>One answer, or what looks like one, and what a right client may report of it.</summary>
internal sealed record Http1ClientProbe(string Id, ConformanceRule Rule, string Response)
{
    /// <summary>What is said of a client that reports a response; null where that is right.</summary>
    public ConformanceVerdict? OnResponse { get; init; }

    /// <summary>What is said of a client that reports an error; null where that is right.</summary>
    public ConformanceVerdict? OnError { get; init; }

    public int Status { get; init; } = 200;

    /// <summary>The body of a response that is right; null where that is not looked at.</summary>
    public string? Body { get; init; }

    /// <summary>Trailers that a client may report, with these values and no others.</summary>
    public (string Name, string Value)[] Trailers { get; init; } = [];

    public Http1ClientEnd End { get; init; }

    /// <summary>The length of the writes.</summary>
    public int Cut { get; init; } = int.MaxValue;

    /// <summary>There is one answer, whatever stands behind it.</summary>
    public bool HasMoreBehind { get; init; }

    /// <summary>The answer breaks a rule.</summary>
    public bool IsBroken { get; init; }

    /// <summary>What is said of a client that sends its next request on the same connection; null where it may.</summary>
    public ConformanceVerdict? OnReused { get; init; }

    /// <summary>A right answer.</summary>
    public static Http1ClientProbe IsRight(
        string id, ConformanceRule rule, string response, string? body, ConformanceVerdict error = ConformanceVerdict.Fail, int status = 200)
        => new(id, rule, response) { Body = body, OnError = error, Status = status };

    /// <summary>It is no answer, or not a whole one, and may not be taken for one.</summary>
    public static Http1ClientProbe IsError(string id, ConformanceRule rule, string response, ConformanceVerdict said = ConformanceVerdict.Fail)
        => new(id, rule, response) { OnResponse = said, End = Http1ClientEnd.Closed, IsBroken = true };

    /// <summary>It may be taken with this body, or be an error.</summary>
    public static Http1ClientProbe IsEither(string id, ConformanceRule rule, string response, string? body)
        => new(id, rule, response) { Body = body, End = Http1ClientEnd.Closed, IsBroken = true };

    /// <summary>What a right client reports.</summary>
    public string Describe()
    {
        string body = Body is null ? "" : Body.Length > 40 ? $" with {Body.Length} bytes" : $" with '{Http1Text.Visible(Body)}'";
        return OnResponse is not null ? "an error" : OnError is not null ? $"the response {Status}{body}"
            : $"the response {Status}{body}, or an error";
    }
}
