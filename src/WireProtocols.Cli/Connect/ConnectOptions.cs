using System.CommandLine;

namespace WireProtocols.Cli.Connect;

/// <summary>The options of `wire connect`.</summary>
/// <param name="schemes">Those of the URLs that it knows.</param>
internal sealed class ConnectOptions(IReadOnlyList<string> schemes)
{
    public Argument<Uri> Url { get; } = CreateUrl(schemes);

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object a line instead of the view for a person." };

    public Option<string[]> Header { get; } = CreateHeader();

    public Option<string?> Data { get; } = new("--data") { Description = "Send this text with POST.", HelpName = "TEXT" };

    public Option<string> LastEventId { get; } = CommonOptions.LastEventId("Event streams: where to go on from.");

    public Option<bool> Once { get; } = new("--once") { Description = "Event streams: do not connect again when the stream ends." };

    public Option<bool> Echo { get; } = new("--echo")
    {
        Description = "WebSockets: send every message back until the server closes; permessage-deflate is offered.",
    };

    public Option<bool> Deflate { get; } = new("--deflate") { Description = "WebSockets: offer permessage-deflate." };

    public Option<string[]> Subprotocol { get; } = new("--subprotocol")
    {
        Description = "WebSockets, WebTransport: a subprotocol to offer; may be given more than once.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    public Option<bool> WebTransport { get; } = new("--webtransport")
    {
        Description = "https: open a WebTransport session; each line of stdin is sent on a stream of its own. Needs libmsquic.",
    };

    public Option<bool> Datagrams { get; } = new("--datagrams") { Description = "WebTransport: send each line of stdin as a datagram." };

    public Option<string[]> CertificateHash { get; } = new("--certificate-hash")
    {
        Description = "WebTransport: take the certificate with this SHA-256, as a browser does with serverCertificateHashes.",
        HelpName = "HEX",
        DefaultValueFactory = _ => [],
    };

    public Option<int> MaxPayload { get; } = CommonOptions.Count("--max-payload", "How many bytes of a payload the view previews.", 1024, 0);

    public Option<int> MaxElement { get; }
        = CommonOptions.Count("--max-element", "The most bytes that one line, event or message may have.", 64 * 1024 * 1024, 1);

    public void AddTo(Command connect)
    {
        connect.Add(Url);
        connect.Add(Json);
        connect.Add(Header);
        connect.Add(Data);
        connect.Add(LastEventId);
        connect.Add(Once);
        connect.Add(Echo);
        connect.Add(Deflate);
        connect.Add(Subprotocol);
        connect.Add(WebTransport);
        connect.Add(Datagrams);
        connect.Add(CertificateHash);
        connect.Add(MaxPayload);
        connect.Add(MaxElement);
    }

    private static Argument<Uri> CreateUrl(IReadOnlyList<string> schemes)
        => new("URL")
        {
            Description = $"Where to: {string.Join(", ", schemes.Select(s => $"{s}://…"))}",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? url) && schemes.Contains(url.Scheme))
                {
                    return url;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no URL that 'wire connect' knows.");
                return null;
            },
        };

    private static Option<string[]> CreateHeader()
    {
        Option<string[]> header = new("--header", "-H")
        {
            Description = "A header of the request; may be given more than once.",
            HelpName = "NAME: VALUE",
            DefaultValueFactory = _ => [],
        };
        header.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => t.Value.IndexOf(':', StringComparison.Ordinal) <= 0) is { } token)
            {
                result.AddError($"'{token.Value}' is no header: it has to be 'NAME: VALUE'.");
            }
        });
        return header;
    }
}
