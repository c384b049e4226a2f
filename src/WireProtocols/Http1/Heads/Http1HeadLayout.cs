namespace WireProtocols.Http1;

/// <summary>Where the parts of a start-line stand in their head, and what the framing fields say.</summary>
internal struct Http1HeadLayout
{
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
