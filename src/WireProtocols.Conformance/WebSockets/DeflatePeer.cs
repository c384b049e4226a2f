namespace WireProtocols.Conformance;

/// <summary>The parameters that a server answered with.</summary>
/// <param name="ServerNoContext">Each message of the server stands for itself.</param>
/// <param name="ClientNoContext">Each message of the client has to.</param>
/// <param name="ServerBits">The server's window.</param>
/// <param name="ClientBits">The client's; null where the server says nothing of it.</param>
internal sealed record DeflateAgreement(bool ServerNoContext, bool ClientNoContext, int? ServerBits, int? ClientBits)
{
    private const string Name = "permessage-deflate";

    /// <summary>Reads the answer by the grammar of RFC 7692 §7.1; nothing is let pass.</summary>
    /// <param name="answer">The head.</param>
    /// <param name="wrong">What is wrong with it.</param>
    /// <returns>Null where the extension was declined, or where something is wrong.</returns>
    public static DeflateAgreement? Read(OpeningAnswer answer, out string? wrong)
    {
        wrong = null;
        string[] extensions = answer.Members("Sec-WebSocket-Extensions");
        if (extensions.Length == 0)
        {
            return null;
        }

        if (extensions.Length > 1)
        {
            wrong = $"more than one extension is accepted: {string.Join(" / ", extensions)}";
            return null;
        }

        string[] parts = extensions[0].Split(';', StringSplitOptions.TrimEntries);
        DeflateAgreement agreed = new(false, false, null, null);
        HashSet<string> seen = [];
        foreach (string part in parts.Skip(1))
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            string? value = pair.Length > 1 ? pair[1].Trim('"') : null;
            if (!seen.Add(pair[0]))
            {
                wrong = $"'{pair[0]}' stands twice in '{extensions[0]}' (RFC 7692 §7.1)";
                return null;
            }

            DeflateAgreement? next = (pair[0], value) switch
            {
                ("server_no_context_takeover", null) => agreed with { ServerNoContext = true },
                ("client_no_context_takeover", null) => agreed with { ClientNoContext = true },
                ("server_max_window_bits", not null) when IsBits(value) => agreed with { ServerBits = int.Parse(value, null) },
                ("client_max_window_bits", not null) when IsBits(value) => agreed with { ClientBits = int.Parse(value, null) },
                _ => null,
            };
            if (next is null)
            {
                wrong = $"'{part}' is no parameter of an answer (RFC 7692 §7.1)";
                return null;
            }

            agreed = next;
        }

        wrong = parts[0] == Name ? null : $"'{parts[0]}' was not offered (RFC 6455 §4.2.2)";
        return wrong is null ? agreed : null;
    }

    private static bool IsBits(string value) => value is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15";
}

/// <summary>A connection on which permessage-deflate was agreed on.</summary>
internal static class DeflatePeer
{
    private const string Plain = "permessage-deflate";

    /// <summary>Opens a connection with an offer.</summary>
    /// <exception cref="ConformanceEndException">The subject has no such extension, or its answer is wrong.</exception>
    public static async Task<(WebSocketPeer Peer, DeflateAgreement Agreed)> OpenAsync(ConformanceContext context, string offer = Plain)
    {
        WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
        try
        {
            OpeningRequest request = WebSocketPeer.NewRequest(context).Add("Sec-WebSocket-Extensions", offer);
            if (await OpeningPlay.OpenAsync(peer, request, mayRefuse: false, [], offersExtensions: true) is { } finding)
            {
                throw new ConformanceEndException(finding);
            }

            DeflateAgreement? agreed = DeflateAgreement.Read(peer.Answer!, out string? wrong);
            if (wrong is not null)
            {
                throw new ConformanceEndException(ConformanceFinding.Fail(wrong));
            }

            if (agreed is null)
            {
                throw new ConformanceEndException(ConformanceFinding.Skip($"the subject declined '{offer}'"));
            }

            peer.Inflater = new PeerInflater(agreed.ServerBits ?? 15, agreed.ServerNoContext);
            return (peer, agreed);
        }
        catch (ConformanceEndException)
        {
            await peer.DisposeAsync();
            throw;
        }
    }
}
