namespace WireProtocols.Conformance;

/// <summary>A case whose client is at work, as the listener sees it.</summary>
/// <param name="Case">The id.</param>
internal sealed record ClientSeat(string Case)
{
    public ClientReports Reports { get; } = new();
}
