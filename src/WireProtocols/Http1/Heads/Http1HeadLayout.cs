namespace WireProtocols.Http1;

/// <summary>Where the parts of a start-line stand in their head, and what the framing fields say.</summary>
internal struct Http1HeadLayout
{
    /// <summary>That of a head which is none.</summary>
    public static readonly Http1HeadLayout None = new() { Framing = new Http1Framing(isRequest: false, minorVersion: 0) };

    public int MethodLength;
    public int TargetStart;
    public int TargetLength;
    public Http1TargetForm TargetForm;
    public int MinorVersion;
    public int StatusCode;
    public int ReasonStart;
    public int ReasonLength;
    public Http1Framing Framing;
}
