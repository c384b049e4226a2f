using System.Text;

namespace WireProtocols.Cli.Serve;

/// <summary>Where WebTransport is to be had, for the page: its URL, and the hash by which a browser takes the certificate.</summary>
internal sealed class WebTransportRoute(string url, string certificateHash) : Route
{
    private readonly byte[] _answer = Encoding.ASCII.GetBytes($$"""{"url":"{{url}}","hash":"{{certificateHash}}"}""");

    public override string Path => "/webtransport";

    public override string Description => "where WebTransport is to be had, as JSON: its URL and the hash of its certificate";

    public override ValueTask HandleAsync(ServeRequest request)
        => request.Exchange.RespondAsync(200, _answer, ("Content-Type", "application/json"));
}
