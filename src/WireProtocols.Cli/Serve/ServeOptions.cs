using System.CommandLine;
using System.Net;
using WireProtocols.Transports;

namespace WireProtocols.Cli.Serve;

/// <summary>The options of `wire serve`.</summary>
internal sealed class ServeOptions
{
    public Option<string> Host { get; } = new("--host")
    {
        Description = "The address or name to listen on.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    public Option<int> Port { get; }
        = CheckPort(new Option<int>("--port") { Description = "The port; 0 picks a free one.", DefaultValueFactory = _ => 8080 });

    public Option<int?> WebTransport { get; } = CheckPort(new Option<int?>("--webtransport")
    {
        Description = "Also wait for QUIC carriers on this loopback port, 0 for a free one, and echo WebTransport sessions.",
        HelpName = "PORT",
    });

    public Option<int?> WebTransportQuic { get; } = CheckPort(new Option<int?>("--webtransport-quic")
    {
        Description = "Also serve WebTransport to browsers on this UDP port, 0 for a free one, and echo its sessions. Needs libmsquic.",
        HelpName = "PORT",
    });

    public Option<string?> Cert { get; } = new("--cert")
    {
        Description = "The certificate for --webtransport-quic, in PEM; one that a browser takes by its hash where there is none.",
        HelpName = "FILE",
    };

    public Option<string?> Key { get; } = new("--key")
    {
        Description = "The private key of --cert, in PEM; in the same file where there is none.",
        HelpName = "FILE",
    };

    public Option<int> MaxPending { get; } = CommonOptions.Count(
        "--max-pending",
        "The most bytes that wait for a peer that does not read; then nothing more is read from it.",
        32 * 1024 * 1024,
        64 * 1024);

    public Option<int> MaxMemory { get; } = CommonOptions.Count(
        "--max-memory",
        "The most bytes of all clients together that wait to be read by them or are messages under way.",
        (int)new ServeSettings().MaxMemory,
        1024 * 1024);

    public Option<string[]> AllowOrigin { get; } = new("--allow-origin")
    {
        Description = "Pages of this origin may open WebSockets and call /wire.Echo, as the server's own may; * is any. May be given several times.",
        HelpName = "ORIGIN",
        DefaultValueFactory = _ => [],
    };

    public Option<int> IdleTimeout { get; } = CheckSeconds(new Option<int>("--idle-timeout")
    {
        Description = "Keep an idle HTTP connection this long; longer than the pool of a proxy in front keeps it.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)new ServeSettings().IdleTimeout.TotalSeconds,
    });

    public Option<int> Heartbeat { get; } = CheckSeconds(new Option<int>("--heartbeat")
    {
        Description = "Send a comment on an event stream that is silent this long; shorter than the read timeout of a proxy in front.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)new ServeSettings().Heartbeat.TotalSeconds,
    });

    public Option<string?> ProxyProtocol { get; } = CheckNetworks(new Option<string?>("--proxy-protocol")
    {
        Description = "Expect a header of the PROXY protocol, version 1 or 2, on every connection, and refuse those that come from elsewhere than "
            + "these networks, the loopback where none is named; /peer says who the client is.",
        HelpName = "NETWORK,…",
        Arity = ArgumentArity.ZeroOrOne,
    });

    public Option<bool> NoDeflate { get; } = new("--no-deflate") { Description = "Do not agree to permessage-deflate on WebSockets." };

    public Option<bool> Misbehave { get; } = new("--misbehave")
    {
        Description = "Also break one rule a path below /bad/, for testing clients; /bad/ lists the paths, and what a client should do.",
    };

    public Option<int> KeepAlive { get; } = CheckSeconds(new Option<int>("--keep-alive")
    {
        Description = "Ping a WebSocket that is silent this long, and drop it when it stays silent as long again; 0 for never.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)new ServeSettings().KeepAlive.TotalSeconds,
    });

    public Option<int> Stats { get; } = CheckSeconds(new Option<int>("--stats")
    {
        Description = "Print a line of counts on stderr this often: WebSockets, messages, heap after a collection, handles, threads; 0 for never.",
        HelpName = "SECONDS",
    });

    public Option<string?> Backplane { get; } = CheckBackplane(new Option<string?>("--backplane")
    {
        Description = "Join the servers that name the same one: their chats and topics are one. redis://host:6379 or nats://host:4222.",
        HelpName = "URL",
    });

    public void AddTo(Command serve)
    {
        serve.Add(Host);
        serve.Add(Port);
        serve.Add(MaxPending);
        serve.Add(MaxMemory);
        serve.Add(AllowOrigin);
        serve.Add(IdleTimeout);
        serve.Add(Heartbeat);
        serve.Add(ProxyProtocol);
        serve.Add(NoDeflate);
        serve.Add(KeepAlive);
        serve.Add(Stats);
        serve.Add(Misbehave);
        serve.Add(WebTransport);
        serve.Add(WebTransportQuic);
        serve.Add(Cert);
        serve.Add(Key);
        serve.Add(Backplane);
    }

    /// <summary>
    /// The networks of <see cref="ProxyProtocol"/>; null where one is none. An address is a network of its own. Where bits stand behind the prefix,
    /// it is not clear whether an address is trusted or all of its network: that is none, of IPv4 and of IPv6.
    /// </summary>
    public static IReadOnlyList<IPNetwork>? ParseNetworks(string? value)
    {
        List<IPNetwork> networks = [];
        foreach (string part in value?.Split(',') ?? [])
        {
            if (IPAddress.TryParse(part, out IPAddress? address) && IsMeant(part, address))
            {
                address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
                networks.Add(new IPNetwork(address, 8 * address.GetAddressBytes().Length));
            }
            else if (IPNetwork.TryParse(part, out IPNetwork network) && part.Split('/') is [var prefix, _]
                && IPAddress.TryParse(prefix, out IPAddress? first) && IsMeant(prefix, first) && first.Equals(network.BaseAddress))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return value is null ? ProxyListenerOptions.Loopback : networks;
    }

    /// <summary>"010.0.0.1" and "10" are addresses to the platform, and other ones than somebody means.</summary>
    private static bool IsMeant(string text, IPAddress address) => text.Contains(':', StringComparison.Ordinal) || address.ToString() == text;

    private static Option<string?> CheckNetworks(Option<string?> networks)
    {
        networks.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ParseNetworks(token.Value) is null)
            {
                result.AddError(
                    $"{networks.Name} takes networks, with zeros behind the prefix, and addresses, with commas between: 10.0.0.0/8,::1.");
            }
        });
        return networks;
    }

    private static Option<string?> CheckBackplane(Option<string?> backplane)
    {
        backplane.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ServeBackplane.IsOne(token.Value))
            {
                result.AddError($"{backplane.Name} takes redis://host:6379 or nats://host:4222.");
            }
        });
        return backplane;
    }

    private static Option<T> CheckPort<T>(Option<T> port)
    {
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && value is < 0 or > 65535)
            {
                result.AddError($"{port.Name} is 0 to 65535.");
            }
        });
        return port;
    }

    private static Option<int> CheckSeconds(Option<int> seconds)
    {
        seconds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && value is < 0 or > 86_400)
            {
                result.AddError($"{seconds.Name} is 0 to 86400.");
            }
        });
        return seconds;
    }
}
