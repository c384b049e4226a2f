using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>The first permessage-deflate that a client offers.</summary>
/// <param name="ServerNoContext">The server may not take over.</param>
/// <param name="ClientNoContext">The client says that it will not take over, whatever is answered: a server that answers so is right with everybody,
/// and
/// some clients go no further without.</param>
/// <param name="ServerBits">The largest window of the server; null where the client says nothing of it.</param>
/// <param name="HasClientBits">The server may limit the window of the client.</param>
/// <param name="ClientBits">The largest that it may say.</param>
internal sealed record ClientOffer(bool ServerNoContext, bool ClientNoContext, int? ServerBits, bool HasClientBits, int ClientBits)
{
    public const string Name = "permessage-deflate";

    /// <returns>Null where it offers none.</returns>
    public static ClientOffer? Read(ClientRequest request)
    {
        string? offer = request.Members("Sec-WebSocket-Extensions").FirstOrDefault(m => m.Split(';')[0].Trim() == Name);
        if (offer is null)
        {
            return null;
        }

        Dictionary<string, string> parameters = offer.Split(';', StringSplitOptions.TrimEntries).Skip(1)
            .Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries))
            .GroupBy(p => p[0])
            .ToDictionary(g => g.Key, g => g.First().ElementAtOrDefault(1)?.Trim('"') ?? "");
        return new ClientOffer(
            parameters.ContainsKey("server_no_context_takeover"),
            parameters.ContainsKey("client_no_context_takeover"),
            parameters.TryGetValue("server_max_window_bits", out string? server) ? BitsOf(server) : null,
            parameters.ContainsKey("client_max_window_bits"),
            parameters.TryGetValue("client_max_window_bits", out string? client) ? BitsOf(client) : 15);
    }

    /// <summary>An answer that this offer allows and that says what is wished, and what both then keep to.</summary>
    /// <param name="wish">An answer of RFC 7692 §7.1.</param>
    /// <param name="terms">What is agreed on with it.</param>
    /// <returns>Null where the offer does not allow it.</returns>
    public string? Answer(string wish, out DeflateTerms terms)
    {
        string[] wishes = [.. wish.Split(';', StringSplitOptions.TrimEntries).Skip(1)];
        bool serverNoContext = ServerNoContext || wishes.Contains("server_no_context_takeover");
        bool clientNoContext = ClientNoContext || wishes.Contains("client_no_context_takeover");
        int? serverBits = Wished(wishes, "server_max_window_bits=") is { } server ? Math.Min(server, ServerBits ?? 15) : ServerBits;
        int? clientBits = Wished(wishes, "client_max_window_bits=") is { } client ? Math.Min(client, ClientBits) : null;
        terms = new DeflateTerms(clientBits ?? 15, clientNoContext, serverBits ?? 15, serverNoContext);
        return clientBits is not null && !HasClientBits
            ? null
            : Name + (serverNoContext ? "; server_no_context_takeover" : "") + (clientNoContext ? "; client_no_context_takeover" : "")
                + (serverBits is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; server_max_window_bits={serverBits}"))
                + (clientBits is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; client_max_window_bits={clientBits}"));
    }

    private static int? Wished(IEnumerable<string> wishes, string name)
        => wishes.FirstOrDefault(w => w.StartsWith(name, StringComparison.Ordinal)) is { } wish ? BitsOf(wish[name.Length..]) : null;

    private static int BitsOf(string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int bits) ? Math.Clamp(bits, 8, 15) : 15;
}
