using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WireProtocols.WebSockets;

/// <summary>
/// The negotiation of permessage-deflate (RFC 7692 §5, §7.1). A window size that cannot be kept declines the offer; it is never ignored.
/// </summary>
public static class WebSocketDeflateNegotiation
{
    private const string ServerNoContextTakeover = "server_no_context_takeover";
    private const string ClientNoContextTakeover = "client_no_context_takeover";
    private const string ServerMaxWindowBits = "server_max_window_bits";
    private const string ClientMaxWindowBits = "client_max_window_bits";

    /// <summary>The element that a client puts into <c>Sec-WebSocket-Extensions</c>.</summary>
    /// <param name="options">What the client wants.</param>
    public static WebSocketExtension CreateOffer(WebSocketPerMessageDeflateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<WebSocketExtensionParameter> parameters = [];
        AddFlags(parameters, options.ServerNoContextTakeover, options.ClientNoContextTakeover);
        if (options.ServerMaxWindowBits < WebSocketDeflateParameters.MaxWindowBits)
        {
            parameters.Add(Bits(ServerMaxWindowBits, options.ServerMaxWindowBits));
        }

        // Without a value it says that the client can keep to a size that the server asks for (§7.1.2.2).
        parameters.Add(options.ClientMaxWindowBits < WebSocketDeflateParameters.MaxWindowBits
            ? Bits(ClientMaxWindowBits, options.ClientMaxWindowBits)
            : new WebSocketExtensionParameter(ClientMaxWindowBits));
        return new WebSocketExtension(WebSocketPerMessageDeflateOptions.ExtensionName, [.. parameters]);
    }

    /// <summary>Chooses the first offer of a client that a server can keep.</summary>
    /// <param name="offers">The elements of the client's <c>Sec-WebSocket-Extensions</c>, in order of its preference.</param>
    /// <param name="options">What the server wants.</param>
    /// <param name="response">The element for the server's answer.</param>
    /// <param name="parameters">What is agreed.</param>
    /// <returns>False when no offer can be kept; the connection then goes on without compression.</returns>
    public static bool TryAcceptOffer(
        IEnumerable<WebSocketExtension> offers,
        WebSocketPerMessageDeflateOptions options,
        out WebSocketExtension? response,
        out WebSocketDeflateParameters? parameters)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(options);
        foreach (WebSocketExtension offer in offers)
        {
            if (TryRead(offer, isResponse: false, out Fields fields) && fields.ServerBits != WebSocketDeflateParameters.MinWindowBits)
            {
                (response, parameters) = Answer(fields, options);
                return true;
            }
        }

        (response, parameters) = (null, null);
        return false;
    }

    /// <summary>
    /// Reads what a server's answer agrees on, without a view on it: for a relay or a tool that sees the handshake of others.
    /// </summary>
    /// <param name="response">The element of the server's <c>Sec-WebSocket-Extensions</c>.</param>
    /// <param name="parameters">What is agreed.</param>
    /// <returns>False when it is another extension, or no answer that RFC 7692 §7.1 allows.</returns>
    public static bool TryReadResponse(WebSocketExtension response, [NotNullWhen(true)] out WebSocketDeflateParameters? parameters)
    {
        ArgumentNullException.ThrowIfNull(response);
        parameters = TryRead(response, isResponse: true, out Fields fields)
            ? new WebSocketDeflateParameters(
                fields.ServerNoContextTakeover,
                fields.ClientNoContextTakeover,
                fields.ServerBits ?? WebSocketDeflateParameters.MaxWindowBits,
                fields.ClientBits ?? WebSocketDeflateParameters.MaxWindowBits)
            : null;
        return parameters is not null;
    }

    /// <summary>Checks a server's answer against what the client offered (§5.1: an answer that does not fit fails the connection).</summary>
    /// <param name="response">The element of the server's <c>Sec-WebSocket-Extensions</c>.</param>
    /// <param name="options">What the client offered.</param>
    /// <param name="parameters">What is agreed.</param>
    /// <returns>False when the client has to fail the connection.</returns>
    public static bool TryAcceptResponse(
        WebSocketExtension response, WebSocketPerMessageDeflateOptions options, out WebSocketDeflateParameters? parameters)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        parameters = null;
        if (!TryReadResponse(response, out WebSocketDeflateParameters? answer)
            || answer.ServerMaxWindowBits > options.ServerMaxWindowBits
            || (options.ServerNoContextTakeover && !answer.ServerNoContextTakeover))
        {
            return false;
        }

        parameters = answer with
        {
            ClientNoContextTakeover = answer.ClientNoContextTakeover || options.ClientNoContextTakeover,
            ClientMaxWindowBits = Math.Min(answer.ClientMaxWindowBits, options.ClientMaxWindowBits),
        };
        return true;
    }

    private static (WebSocketExtension Response, WebSocketDeflateParameters Parameters) Answer(
        Fields offer, WebSocketPerMessageDeflateOptions options)
    {
        List<WebSocketExtensionParameter> answer = [];
        bool serverNoContext = offer.ServerNoContextTakeover || options.ServerNoContextTakeover;
        bool clientNoContext = offer.ClientNoContextTakeover || options.ClientNoContextTakeover;
        AddFlags(answer, serverNoContext, clientNoContext);

        int serverBits = Math.Min(offer.ServerBits ?? WebSocketDeflateParameters.MaxWindowBits, options.ServerMaxWindowBits);
        if (offer.ServerBits is not null || serverBits < WebSocketDeflateParameters.MaxWindowBits)
        {
            answer.Add(Bits(ServerMaxWindowBits, serverBits));
        }

        // "If a received extension negotiation offer doesn't have the "client_max_window_bits" extension parameter, the corresponding
        // extension negotiation response ... MUST NOT include the "client_max_window_bits" extension parameter."
        int clientBits = WebSocketDeflateParameters.MaxWindowBits;
        if (offer.HasClientBits)
        {
            clientBits = Math.Min(offer.ClientBits ?? WebSocketDeflateParameters.MaxWindowBits, options.ClientMaxWindowBits);
            if (clientBits < WebSocketDeflateParameters.MaxWindowBits)
            {
                answer.Add(Bits(ClientMaxWindowBits, clientBits));
            }
        }

        return (new WebSocketExtension(WebSocketPerMessageDeflateOptions.ExtensionName, [.. answer]),
            new WebSocketDeflateParameters(serverNoContext, clientNoContext, serverBits, clientBits));
    }

    /// <summary>
    /// Reads the parameters; unknown ones, wrong values and duplicates decline (§7: "A server MUST decline an extension negotiation offer ...").
    /// </summary>
    private static bool TryRead(WebSocketExtension extension, bool isResponse, out Fields fields)
    {
        fields = default;
        if (extension.Name != WebSocketPerMessageDeflateOptions.ExtensionName)
        {
            return false;
        }

        foreach (WebSocketExtensionParameter parameter in extension.Parameters)
        {
            bool understood = parameter.Name switch
            {
                ServerNoContextTakeover => parameter.Value is null && SetOnce(ref fields.ServerNoContextTakeover),
                ClientNoContextTakeover => parameter.Value is null && SetOnce(ref fields.ClientNoContextTakeover),
                ServerMaxWindowBits => fields.ServerBits is null && TryReadBits(parameter.Value, out fields.ServerBits),
                ClientMaxWindowBits => SetOnce(ref fields.HasClientBits)
                    && ((parameter.Value is null && !isResponse) || TryReadBits(parameter.Value, out fields.ClientBits)),
                _ => false,
            };
            if (!understood)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>"a decimal integer value without leading zeroes between 8 to 15, inclusive" (§7.1.2).</summary>
    private static bool TryReadBits(string? value, out int? bits)
    {
        bits = value switch
        {
            "8" or "9" => value[0] - '0',
            ['1', >= '0' and <= '5'] => 10 + value[1] - '0',
            _ => null,
        };
        return bits is not null;
    }

    private static bool SetOnce(ref bool flag)
    {
        bool wasSet = flag;
        flag = true;
        return !wasSet;
    }

    private static void AddFlags(List<WebSocketExtensionParameter> parameters, bool serverNoContext, bool clientNoContext)
    {
        if (serverNoContext)
        {
            parameters.Add(new WebSocketExtensionParameter(ServerNoContextTakeover));
        }

        if (clientNoContext)
        {
            parameters.Add(new WebSocketExtensionParameter(ClientNoContextTakeover));
        }
    }

    private static WebSocketExtensionParameter Bits(string name, int bits) => new(name, bits.ToString(CultureInfo.InvariantCulture));

    private struct Fields
    {
        public bool ServerNoContextTakeover;
        public bool ClientNoContextTakeover;
        public bool HasClientBits;
        public int? ServerBits;
        public int? ClientBits;
    }
}
