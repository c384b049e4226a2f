namespace WireProtocols.Cli.Serve.Watch;

/// <summary>What there is to say of bytes, or of their connection; the same as in <see cref="WirePiece"/>.</summary>
internal readonly record struct WireMark(string? What = null)
{
    public long? Stream { get; init; }

    public string? Code { get; init; }

    public string? Text { get; init; }

    public string? Spec { get; init; }

    public long? Offset { get; init; }

    public int[]? Hidden { get; init; }
}
