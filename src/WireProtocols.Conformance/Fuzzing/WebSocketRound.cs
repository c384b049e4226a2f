using WireProtocols.Testing;

namespace WireProtocols.Conformance;

/// <summary>Frames to a server that echoes. What is legal comes back; behind what is not, nothing is answered any more.</summary>
internal sealed class WebSocketRound : ServerRound
{
    private static readonly int[] CodesOfFailure = [1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011];

    protected override FuzzFormat Format { get; } = new WebSocketFormat(0);

    public override async Task ReachAsync(ConformanceContext context)
    {
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(context);
    }

    public override async Task<ServerVerdict?> PlayAsync(ConformanceContext context, IReadOnlyList<byte[]> elements)
    {
        byte[] sent = [.. elements.SelectMany(e => e)];
        Expectation expected = Expectation.Of(sent);
        await using WebSocketPeer peer = await WebSocketPeer.OpenAsync(context);
        await peer.SendAsync(sent, "frames");
        if (expected.MayBeAsked)
        {
            await peer.SendAsync(ProbeFrame.Ping("probe"), ProbeFrame.Text("probe"), ProbeFrame.Close(1000));
        }

        peer.Raw.EndSending();
        return await JudgeAsync(peer, expected);
    }

    private static async Task<ServerVerdict?> JudgeAsync(WebSocketPeer peer, Expectation expected)
    {
        int echoed = 0;
        bool hasClosed = false;
        while (true)
        {
            switch (await peer.NextAsync())
            {
                case PeerEvent.Message message when echoed < expected.Messages.Count && IsSame(expected.Messages[echoed], message):
                    echoed++;
                    break;
                case PeerEvent.Message message when expected.Broken is { } rule:
                    return new ServerVerdict("accepted", SpecOf(rule), $"behind frames of which {rule}, {message} came");
                case PeerEvent.Message message:
                    return new ServerVerdict("wrong-code", "", $"{message} came in place of message {echoed} of {expected.Messages.Count}");
                case PeerEvent.Pong { Payload: var payload } when expected.Broken is { } rule && payload.AsSpan().SequenceEqual("probe"u8):
                    return new ServerVerdict("accepted", SpecOf(rule), $"behind frames of which {rule}, a Ping was answered");
                case PeerEvent.Close close:
                    hasClosed = true;
                    if (FindWrongCode(close, expected, echoed) is { } wrong)
                    {
                        return wrong;
                    }

                    break;
                case PeerEvent.Broken broken:
                    return new ServerVerdict("wrong-code", SpecOf(broken.Rule), broken.Rule);
                case PeerEvent.Silence:
                    return new ServerVerdict("hang", "", "neither an answer nor the end of the connection");
                case PeerEvent.End:
                    return hasClosed || expected.Broken is not null || !expected.MayBeAsked || echoed == expected.Messages.Count
                        ? null
                        : new ServerVerdict("wrong-code", "", $"the connection ended behind {echoed} of {expected.Messages.Count} messages");
            }
        }
    }

    private static ServerVerdict? FindWrongCode(PeerEvent.Close close, Expectation expected, int echoed)
    {
        if (expected.Broken is { } rule)
        {
            // The client may have closed before: then its code comes back.
            return CodesOfFailure.Contains(close.Code) || close.Code == expected.Code
                ? null
                : new ServerVerdict("wrong-code", "RFC 6455 §7.4.1", $"{close} for frames of which {rule}");
        }

        return !expected.MayBeAsked || echoed == expected.Messages.Count || expected.Code >= 0
            ? null
            : new ServerVerdict("wrong-code", "RFC 6455 §7.4.1", $"{close} behind {echoed} of {expected.Messages.Count} legal messages");
    }

    private static bool IsSame(PeerEvent.Message expected, PeerEvent.Message got)
        => expected.IsText == got.IsText && expected.Payload.AsSpan().SequenceEqual(got.Payload);

    private static string SpecOf(string rule)
    {
        int start = rule.LastIndexOf("(RFC", StringComparison.Ordinal);
        return start < 0 ? "" : rule[(start + 1)..].TrimEnd(')');
    }

    /// <summary>What is to come of the frames, as far as the text of RFC 6455 tells.</summary>
    private sealed class Expectation
    {
        public List<PeerEvent.Message> Messages { get; } = [];

        /// <summary>The rule that was broken; null where none was.</summary>
        public string? Broken { get; private set; }

        /// <summary>The code of a Close among the frames; -1 where there is none.</summary>
        public int Code { get; private set; } = -1;

        /// <summary>The frames are whole, so that more can be sent behind them.</summary>
        public bool MayBeAsked { get; private set; }

        public static Expectation Of(ReadOnlySpan<byte> sent)
        {
            Expectation expected = new();
            PeerReader reader = new(isClient: true);
            while (!sent.IsEmpty && expected.Broken is null && expected.Code < 0)
            {
                PeerEvent? next = reader.Read(sent, out int consumed);
                if (next is null && consumed == 0)
                {
                    return expected;
                }

                sent = sent[consumed..];
                expected.Add(next);
            }

            expected.MayBeAsked = expected.Broken is not null || (expected.Code < 0 && !reader.IsInMessage);
            if (expected is { Broken: null, MayBeAsked: true })
            {
                expected.Messages.Add(new PeerEvent.Message(true, "probe"u8.ToArray(), false, []));
            }

            return expected;
        }

        private void Add(PeerEvent? next)
        {
            switch (next)
            {
                case PeerEvent.Message message:
                    Messages.Add(message);
                    break;
                case PeerEvent.Broken broken:
                    Broken = broken.Rule;
                    break;
                case PeerEvent.Close close:
                    Code = close.Code;
                    break;
            }
        }
    }
}
