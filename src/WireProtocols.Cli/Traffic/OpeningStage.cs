using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Traffic;

/// <summary>The first bytes of a direction, which say what it carries.</summary>
internal sealed class OpeningStage(FormatRun run, TrafficSide side, HttpAgenda agenda, TrafficSettings settings) : TrafficStage
{
    private static readonly byte[] Preface = [.. "PRI * HTTP/2"u8];
    private static readonly byte[] ProxyLine = [.. "PROXY "u8];
    private static readonly byte[] ProxySignature = [.. "\r\n\r\n\0\r\nQUIT\n"u8];

    private readonly List<byte> _held = [];

    /// <summary>The agenda of a connection.</summary>
    /// <param name="settings">What is shown of it.</param>
    /// <param name="assumedMethod">The method of requests that are not seen.</param>
    public static HttpAgenda CreateAgenda(TrafficSettings settings, string assumedMethod = "GET")
        => new((run, side, agenda) => new OpeningStage(run, side, agenda, settings)) { AssumedMethod = assumedMethod };

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        if (_held.Count == 0 && !IsUndecided(bytes))
        {
            Next = Choose(bytes);
            return 0;
        }

        _held.AddRange(bytes);
        byte[] held = [.. _held];
        if (!IsUndecided(held))
        {
            (Next, Leftover) = (Choose(held), held);
        }

        return bytes.Length;
    }

    /// <summary>What is held is all there is.</summary>
    public override void Complete()
    {
        if (_held.Count > 0)
        {
            byte[] held = [.. _held];
            (Next, Leftover) = (Choose(held), held);
        }
    }

    private bool IsUndecided(ReadOnlySpan<byte> held) => side == TrafficSide.Client && IsBegun(held, Preface, ProxyLine, ProxySignature);

    /// <summary>Whether more bytes are needed to tell the beginnings apart.</summary>
    private static bool IsBegun(ReadOnlySpan<byte> held, params ReadOnlySpan<byte[]> beginnings)
    {
        foreach (byte[] beginning in beginnings)
        {
            if (held.Length < beginning.Length && beginning.AsSpan().StartsWith(held))
            {
                return true;
            }
        }

        return false;
    }

    private TrafficStage Choose(ReadOnlySpan<byte> held) => side == TrafficSide.Client ? ChooseOfClient(held) : ChooseOfServer(held);

    private TrafficStage ChooseOfClient(ReadOnlySpan<byte> held)
    {
        if (held.StartsWith(ProxyLine) || held.StartsWith(ProxySignature))
        {
            return new ProxyHeaderStage(run, agenda);
        }

        agenda.Opening = held switch
        {
            [0x16, 0x03, ..] or [0x16] => ClientOpening.Tls,
            [>= (byte)'A' and <= (byte)'Z', ..] => held.StartsWith(Preface) ? ClientOpening.Http2 : ClientOpening.Http1,
            _ => ClientOpening.Unknown,
        };
        return agenda.Opening switch
        {
            ClientOpening.Tls => new OpaqueStage(run, "TLS", isShown: false),
            ClientOpening.Http2 => new OpaqueStage(run, "HTTP/2"),
            ClientOpening.Http1 => new RequestStage(run, agenda, settings),
            _ => new OpaqueStage(run),
        };
    }

    private TrafficStage ChooseOfServer(ReadOnlySpan<byte> held) => agenda.Opening switch
    {
        ClientOpening.Tls => new OpaqueStage(run, "TLS", isShown: false),
        ClientOpening.Http2 => new OpaqueStage(run, "HTTP/2"),
        ClientOpening.Unknown => new OpaqueStage(run),
        ClientOpening.Http1 => new ResponseStage(run, agenda, settings),
        _ => held is [(byte)'H', ..] ? new ResponseStage(run, agenda, settings) : new OpaqueStage(run),
    };
}
