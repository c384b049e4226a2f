using System.CommandLine;
using System.Net;
using WireProtocols.Backplane;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.Transports;

namespace WireProtocols.Cli.Serve;

/// <summary>`wire serve`: listens until it is told to stop, then drains.</summary>
internal static class ServeCommand
{
    public static Command Create(ToolIO io)
    {
        ServeOptions options = new();
        Command serve = new("serve", "A small server on this library's own codecs: WebSocket, event streams, chunks.");
        options.AddTo(serve);
        serve.SetAction((arguments, stop) => RunAsync(arguments, options, io, stop));
        return serve;
    }

    private static async Task<int> RunAsync(ParseResult arguments, ServeOptions options, ToolIO io, CancellationToken stop)
    {
        if (io.ErrorIsTerminal)
        {
            io.Error.WriteLine("wire: starting; the first start after an installation takes longest");
        }

        IPAddress host = await ResolveAsync(arguments.GetValue(options.Host)!, stop);
        WireTaps taps = new(io.Time);
        await using QuicServer? quic = arguments.GetValue(options.WebTransportQuic) is { } quicPort
            ? QuicServer.Start(new IPEndPoint(host, quicPort), arguments.GetValue(options.Cert), arguments.GetValue(options.Key), taps, io.Error)
            : null;
        await using BackplaneNode? backplane
            = arguments.GetValue(options.Backplane) is { } url ? ServeBackplane.Join(url, io.Error) : null;
        ServeSettings settings = new()
        {
            Backplane = backplane,
            MaxPending = arguments.GetValue(options.MaxPending),
            MaxMemory = arguments.GetValue(options.MaxMemory),
            AllowedOrigins = arguments.GetValue(options.AllowOrigin) ?? [],
            IdleTimeout = Seconds(arguments.GetValue(options.IdleTimeout)),
            Heartbeat = Seconds(arguments.GetValue(options.Heartbeat)),
            Deflate = !arguments.GetValue(options.NoDeflate),
            KeepAlive = TimeSpan.FromSeconds(arguments.GetValue(options.KeepAlive)),
            Misbehaves = arguments.GetValue(options.Misbehave),
            Time = io.Time,
            Taps = taps,
            Log = io.Error,
            ProxyProtocol = arguments.GetResult(options.ProxyProtocol) is null ? null : new ProxyListenerOptions
            {
                Trusted = ServeOptions.ParseNetworks(arguments.GetValue(options.ProxyProtocol))!,
                Refused = (peer, why) => io.Error.WriteLine($"wire serve: refused {peer}: {why.Message}"),
            },
            WebTransport = quic is null ? null : (quic.Url, quic.CertificateHash),
        };
        IPEndPoint endPoint = new(host, arguments.GetValue(options.Port));
        using ServeStats? stats = ServeStats.Start(TimeSpan.FromSeconds(arguments.GetValue(options.Stats)), settings);
        await using WireServer server = await WireServer.StartAsync(endPoint, settings);
        OutputBuffer output = new(io.Output);
        await using WebTransportServer? carriers
            = arguments.GetValue(options.WebTransport) is { } port ? WebTransportServer.Start(port, taps, io.Error) : null;
        output.Write($"Listening on http://{server.EndPoint}\n");
        output.Write(carriers is null ? "" : $"Waiting for QUIC carriers on {carriers.EndPoint}\n");
        output.Write(quic is null ? "" : $"WebTransport on {quic.Url}, certificate sha-256 {quic.CertificateHash}\n");
        output.Flush();
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await server.StopAsync();
        return ExitStatus.Ok;
    }

    /// <summary>A limit in seconds, where 0 is none.</summary>
    private static TimeSpan Seconds(int value) => value == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(value);

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return address;
        }

        try
        {
            return (await Dns.GetHostAddressesAsync(host, stop)).OrderBy(a => a.AddressFamily).First();
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw new ToolException(ExitStatus.InputOutput, $"'{host}' is no address, and no name that resolves to one.");
        }
    }
}
