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

    public Option<string> Method { get; } = new("--method", "-X")
    {
        Description = "http: the method; GET, or POST with a body.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
    };

    public Option<string?> User { get; } = new("--user", "-u") { Description = "Basic credentials.", HelpName = "NAME:PASSWORD" };

    public Option<string?> Origin { get; } = new("--origin") { Description = "The Origin to send.", HelpName = "ORIGIN" };

    public Option<bool> Insecure { get; } = new("--insecure", "-k") { Description = "Take any certificate of the server." };

    public Option<string?> Authorities { get; } = new("--cacert")
    {
        Description = "Certificates in PEM that are trusted instead of the system's.",
        HelpName = "FILE",
    };

    public Option<string?> Certificate { get; } = new("--cert") { Description = "A certificate of one's own, in PEM.", HelpName = "FILE" };

    public Option<string?> Key { get; } = new("--key") { Description = "Its key, where it is not in the same file.", HelpName = "FILE" };

    public Option<Uri?> Proxy { get; } = new("--proxy")
    {
        Description = "The proxy to go through, http://host:port; the default is that of the environment.",
        HelpName = "URL",
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : AddError<Uri>(result, $"'{result.Tokens[0].Value}' is no URL of a proxy: http://host:port."),
    };

    public Option<string?> UnixSocket { get; } = new("--unix-socket")
    {
        Description = "The socket to connect to instead of the host.",
        HelpName = "PATH",
    };

    public Option<int> Count { get; } = CommonOptions.Count(
        "--count", "End after so many messages, events, records or polls of the server; 0 for no end.", 0, 0);

    public Option<double> Timeout { get; } = new("--timeout") { Description = "End after so many seconds.", HelpName = "S" };

    public Option<bool> Timestamps { get; } = new("--timestamps") { Description = "Say the time with everything that is shown." };

    public Option<string?> Record { get; } = new("--record") { Description = "Record all bytes for 'wire replay'.", HelpName = "FILE" };

    public Option<double> Ping { get; } = new("--ping") { Description = "WebSockets: send a Ping each so many seconds.", HelpName = "S" };

    public Option<bool> Binary { get; } = new("--binary") { Description = "WebSockets: send binary messages, not text." };

    public Option<string> Input { get; } = CreateInput();

    public Option<double> Poll { get; } = new("--poll")
    {
        Description = "http: ask again and again, for what is new; at most once in so many seconds where the server does not wait.",
        HelpName = "S",
    };

    public Option<string?> Rpc { get; } = CreateRpc();

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
        connect.Add(Method);
        connect.Add(User);
        connect.Add(Origin);
        connect.Add(Insecure);
        connect.Add(Authorities);
        connect.Add(Certificate);
        connect.Add(Key);
        connect.Add(Proxy);
        connect.Add(UnixSocket);
        connect.Add(Count);
        connect.Add(Timeout);
        connect.Add(Timestamps);
        connect.Add(Record);
        connect.Add(Ping);
        connect.Add(Binary);
        connect.Add(Input);
        connect.Add(Poll);
        connect.Add(Rpc);
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

    private static Option<string> CreateInput()
    {
        Option<string> input = new("--input")
        {
            Description = "What a message is: a line of stdin, the whole of stdin, or a JSON row as 'wire decode --json' prints them.",
            DefaultValueFactory = _ => "lines",
        };
        input.AcceptOnlyFromAmong("lines", "whole", "json");
        return input;
    }

    private static Option<string?> CreateRpc()
    {
        Option<string?> rpc = new("--rpc")
        {
            Description = "http: make a call; its messages are --data, or those of stdin. gRPC is HTTP/2.",
        };
        rpc.AcceptOnlyFromAmong("grpc", "grpc-web", "grpc-web-text", "connect");
        return rpc;
    }

    private static T? AddError<T>(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
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
