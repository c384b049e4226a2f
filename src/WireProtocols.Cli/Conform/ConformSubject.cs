using System.Net;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>Who is examined: a server at a URL, or clients that connect.</summary>
internal sealed class ConformSubject : IAsyncDisposable
{
    private readonly ConformSettings _settings;
    private readonly ConformanceListener? _listener;
    private readonly ConformClientCarriers? _carriers;

    private ConformSubject(ConformSettings settings, Uri url, ConformanceListener? listener, ConformClientCarriers? carriers = null)
    {
        _carriers = carriers;
        _settings = settings;
        Url = url;
        _listener = listener;
    }

    public Uri Url { get; }

    /// <summary>Looks at the URL of a server, or listens and says where, before anything else is printed.</summary>
    public static ConformSubject Open(ConformSettings settings, ToolIO io, OutputBuffer output)
    {
        if (settings.Exec is not null && settings.Listen is null)
        {
            throw ToolException.Usage("--exec is for clients, with --listen.");
        }

        if (settings.Listen is not { } port)
        {
            Uri url = Check(settings.Url ?? throw ToolException.Usage("'wire conform' needs the URL of a server, or --listen."), settings);
            if (url.Scheme is "wss" or "https")
            {
                io.Error.WriteLine("wire: the certificate of the server is not checked.");
            }

            return new ConformSubject(settings, url, null);
        }

        if (settings.Url is not null)
        {
            throw ToolException.Usage("a URL is for servers, --listen for clients.");
        }

        if (settings.Suite == ConformanceSuite.WebTransportClients)
        {
            ConformClientCarriers carriers = ConformClientCarriers.Listen(port, settings.Exec);
            output.Write($"Listening on {carriers.Url}\n");
            output.Flush();
            return new ConformSubject(settings, carriers.Url, null, carriers);
        }

        string scheme = settings.Suite.Subject == "websocket" ? "ws" : "http";
        ConformanceListener listener = ConformanceListener.Start(scheme, settings.Suite.Cases, port, settings.Run);
        output.Write($"Listening on {listener.Url}\n");
        output.Flush();
        return new ConformSubject(settings, listener.Url, listener);
    }

    /// <exception cref="ConformanceUnreachableException">Nobody is there.</exception>
    public IAsyncEnumerable<ConformanceResult> RunAsync(IReadOnlyList<ConformanceCase> cases, CancellationToken stop)
        => _carriers is not null
            ? ConformanceRunner.RunAsync(Url, cases, _settings.Run with { Jobs = 1, OpenCarrier = _carriers.AcceptAsync }, stop)
            : _listener is null ? ConformanceRunner.RunAsync(Url, cases, _settings.Run, stop)
            : _settings.Exec is { } command ? _listener.RunAsync(cases, command, stop)
            : _listener.RunAsync(cases, stop);

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? _carriers?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What is examined is attacked as well: nobody else's machine without being told to.</summary>
    private static Uri Check(Uri url, ConformSettings settings)
        => (url.Scheme is "ws" or "wss") != (settings.Suite.Subject == "websocket")
            || (url.Scheme != "https" && settings.Suite == ConformanceSuite.WebTransportServers)
            ? throw ToolException.Usage($"{url.Scheme}://… is no server of '{settings.Suite.Subject}'; --subject says what is examined.")
            : settings.Suite == ConformanceSuite.WebTransportServers && settings.Run.OpenCarrier is null
            ? throw ToolException.Usage("a WebTransport server is reached over QUIC, with --carrier PORT.")
            : settings.AllowRemote || url.IdnHost == "localhost" || (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out IPAddress? address)
            && IPAddress.IsLoopback(address))
            ? url
            : throw ToolException.Usage($"{url.Authority} is not this machine: the cases attack what they examine. --allow-remote allows it.");
}
