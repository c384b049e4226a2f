using System.Collections.Immutable;
using System.Text;
using WireProtocols.Cli.Formats;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Traffic;

/// <summary>What a connection carries after 101, or after a CONNECT that was granted.</summary>
internal static class SwitchedStages
{
    /// <summary>Reads from the head that ends HTTP/1.1 what comes then.</summary>
    public static HttpSwitch Read(Http1ResponseHead head)
    {
        if (head.StatusCode != 101)
        {
            return HttpSwitch.Tunnel;
        }

        head.Fields.TryGetValue("upgrade"u8, out ReadOnlySpan<byte> protocol);
        return new HttpSwitch(Encoding.Latin1.GetString(protocol).ToLowerInvariant(), ReadDeflate(head.Fields));
    }

    /// <param name="run">Where it is shown.</param>
    /// <param name="side">Who sends it.</param>
    /// <param name="switched">What it is.</param>
    /// <param name="agenda">What the directions know of each other.</param>
    /// <param name="settings">What is shown.</param>
    public static TrafficStage Create(FormatRun run, TrafficSide side, HttpSwitch switched, HttpAgenda agenda, TrafficSettings settings)
    {
        if (switched == HttpSwitch.Tunnel)
        {
            return agenda.Open(run, side, agenda.Beyond);
        }

        return switched.Protocol == "websocket" ? CreateWebSocket(run, side, switched.Deflate, settings) : new OpaqueStage(run, switched.Protocol);
    }

    private static SessionStage CreateWebSocket(
        FormatRun run, TrafficSide side, WebSocketDeflateParameters? deflate, TrafficSettings settings)
    {
        WebSocketRole sender = side == TrafficSide.Client ? WebSocketRole.Client : WebSocketRole.Server;
        WebSocketFrameOptions options = new()
        {
            MaxPayloadLength = run.MaxElement,
            WholePayloadLength = 0,
            ReservedBits = deflate is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1,
            Lenient = true,
        };
        WebSocketInflatedView? inflated = deflate is null || !settings.Inflates
            ? null
            : new WebSocketInflatedView(run, new WebSocketMessageDecoder(sender, CreateMessageLimits(run), deflate));
        return new SessionStage(run, new WebSocketFrameSession(run, new WebSocketFrameDecoder(sender, options), lenient: true, inflated));
    }

    /// <summary>What a message may cost is bounded by its length alone: whoever looks at one wants to see it.</summary>
    private static WebSocketMessageOptions CreateMessageLimits(FormatRun run) => new()
    {
        MaxMessageLength = run.MaxElement,
        MaxFramePayloadLength = run.MaxElement + (run.MaxElement / 8L),
        MaxFragments = int.MaxValue,
        MaxEmptyFragments = int.MaxValue,
        MaxInflationRatio = int.MaxValue,
    };

    private static WebSocketDeflateParameters? ReadDeflate(Http1Fields fields)
    {
        foreach (ReadOnlySpan<byte> value in fields.GetValues("sec-websocket-extensions"u8))
        {
            if (!WebSocketExtensionList.TryParse(value, out ImmutableArray<WebSocketExtension> extensions, out _, out _))
            {
                continue;
            }

            foreach (WebSocketExtension extension in extensions)
            {
                if (WebSocketDeflateNegotiation.TryReadResponse(extension, out WebSocketDeflateParameters? deflate))
                {
                    return deflate;
                }
            }
        }

        return null;
    }
}
