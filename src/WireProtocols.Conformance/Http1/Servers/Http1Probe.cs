namespace WireProtocols.Conformance;

/// <summary>When a connection may not go on.</summary>
internal enum Http1Ends
{
    /// <summary>It may go on.</summary>
    MayGoOn,

    /// <summary>It ends after a refusal.</summary>
    AfterRefusal,

    /// <summary>It ends, whatever the answer.</summary>
    Always,

    /// <summary>What comes after the answer is not looked at.</summary>
    NotLookedAt,
}

/// <summary>One request, or what looks like one, and what a right subject may do with it.</summary>
internal sealed record Http1Probe(string Id, ConformanceRule Rule, string Request)
{
    private static readonly int[] BadRequest = [400];

    /// <summary>What is said of a subject that accepts it; null where that is right.</summary>
    public ConformanceVerdict? OnAccepted { get; init; }

    /// <summary>What is said of a subject that refuses it; null where that is right.</summary>
    public ConformanceVerdict? OnRefused { get; init; }

    /// <summary>The only statuses that a refusal may have; null for any error.</summary>
    public int[]? Statuses { get; init; }

    /// <summary>Statuses that are right though they are errors.</summary>
    public int[] Tolerated { get; init; } = [];

    /// <summary>What is echoed where it is accepted; null where that is not looked at.</summary>
    public string? Echo { get; init; }

    public Http1Ends Ends { get; init; } = Http1Ends.NotLookedAt;

    /// <summary>The length of the writes.</summary>
    public int Cut { get; init; } = int.MaxValue;

    /// <summary>The direction to the subject is ended behind it.</summary>
    public bool EndsInput { get; init; }

    /// <summary>Without an answer in time the subject may be waiting for more.</summary>
    public bool MayWait { get; init; }

    /// <summary>The sentence says that the answer is 400, and so it is that and nothing else.</summary>
    public static Http1Probe Is400(string id, ConformanceRule rule, string request, params int[] also)
        => new(id, rule, request) { OnAccepted = ConformanceVerdict.Fail, Statuses = [.. BadRequest, .. also] };

    /// <summary>Framing that cannot be known: 400, and the connection ends.</summary>
    public static Http1Probe IsUnframed(string id, ConformanceRule rule, string request, params int[] also)
        => Is400(id, rule, request, also) with { Ends = Http1Ends.AfterRefusal };

    /// <summary>Outside the grammar, and no MUST says what happens: any refusal is right, and an acceptance is remarked on.</summary>
    public static Http1Probe IsOutsideGrammar(string id, ConformanceRule rule, string request, ConformanceVerdict said = ConformanceVerdict.Warn)
        => new(id, rule, request) { OnAccepted = said };

    /// <summary>A right request: it is answered, and the connection goes on or is closed.</summary>
    public static Http1Probe IsRight(
        string id, ConformanceRule rule, string request, string? echo = null, ConformanceVerdict refused = ConformanceVerdict.Fail)
        => new(id, rule, request) { OnRefused = refused, Echo = echo, Ends = Http1Ends.MayGoOn };

    /// <summary>It may be accepted or refused; where it is accepted, this is echoed, and nothing of it is taken for another request.</summary>
    public static Http1Probe IsEither(string id, ConformanceRule rule, string request, string? echo = null)
        => new(id, rule, request) { Echo = echo, Ends = Http1Ends.MayGoOn };

    /// <summary>What a right answer is.</summary>
    public string Describe()
    {
        string accepted = Echo is null ? "an answer" : Echo.Length > 40 ? $"an echo of {Echo.Length} bytes" : $"the echo '{Http1Text.Visible(Echo)}'";
        string refused = Statuses is null ? "a refusal" : string.Join(" or ", Statuses);
        string ends = Ends == Http1Ends.Always ? ", and the end of the connection" : Ends == Http1Ends.AfterRefusal ? ", and then the end of it" : "";
        return (OnAccepted is not null ? refused : OnRefused is not null ? accepted : $"{accepted}, or a refusal") + ends;
    }
}
