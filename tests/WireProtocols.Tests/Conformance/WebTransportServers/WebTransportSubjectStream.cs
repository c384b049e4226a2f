namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>What a stream of the client is for.</summary>
internal enum SubjectStreamKind
{
    Unknown,
    Control,
    Encoder,
    Decoder,
    Request,
    Data,
    Waiting,
    Over,
}

/// <summary>A stream of the client.</summary>
internal sealed class WebTransportSubjectStream(long id)
{
    public long Id => id;

    public SubjectStreamKind Kind { get; set; }

    /// <summary>What has come and was not used.</summary>
    public List<byte> Input { get; } = [];

    public bool HasEnded { get; set; }

    public bool IsFirstRead { get; set; } = true;

    /// <summary>The request has come; on a control stream, SETTINGS.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Of a stream of a session.</summary>
    public long Session { get; set; } = -1;

    /// <summary>Where its echo goes; -1 before there is one.</summary>
    public long Answer { get; set; } = -1;

    /// <summary>What its session may receive and send.</summary>
    public WebTransportSubjectFlow? Flow { get; set; }

    /// <summary>How long the header was.</summary>
    public int HeaderLength { get; set; }

    /// <summary>How much of it was echoed.</summary>
    public long Sent { get; set; }

    /// <summary>Its echo has ended.</summary>
    public bool IsAnswered { get; set; }

    public bool IsUnidirectional => id % 4 >= 2;
}
