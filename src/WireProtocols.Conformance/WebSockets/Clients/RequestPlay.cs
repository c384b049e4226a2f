namespace WireProtocols.Conformance;

/// <summary>Judges the request of an opening handshake, and then opens the connection and ends it.</summary>
internal static class RequestPlay
{
    /// <param name="id">The id, without its prefix.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="expected">What is right.</param>
    /// <param name="find">What is wrong with the request; null where nothing is.</param>
    /// <param name="isGiven">Whether the request has what is judged; null where every request has.</param>
    public static ConformanceCase Case(
        string id,
        ConformanceRule rule,
        string expected,
        Func<ClientRequest, ClientContext, string?> find,
        Func<ClientRequest, bool>? isGiven = null)
        => HeadPlay.Of($"handshake/request/{id}", rule, expected, async context =>
        {
            await using ClientArrival arrival = await context.AcceptAsync();
            ClientRequest request = arrival.Request;
            string? wrong = request.IsWhole ? find(request, context) : "the head of the request does not end in an empty line";
            WebSocketPeer peer = new(context, arrival.Connection, isClient: true);
            if (request.All("Sec-WebSocket-Key").Length > 0)
            {
                await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
                await ClientOpening.CloseAsync(peer);
            }

            return isGiven?.Invoke(request) == false ? ConformanceFinding.Skip($"the client does not send {expected}")
                : wrong is null ? ConformanceFinding.Pass($"'{request}'")
                : rule.Level == ConformanceLevel.Must ? ConformanceFinding.Fail(wrong)
                : rule.Level == ConformanceLevel.Should ? ConformanceFinding.Warn(wrong)
                : ConformanceFinding.Info(wrong);
        });
}
