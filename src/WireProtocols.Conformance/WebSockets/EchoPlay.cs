namespace WireProtocols.Conformance;

/// <summary>
/// Frames that a subject takes in, and everything that has to come back: the messages in their order, a Pong for the last Ping, and nothing
/// besides. Nothing is waited for that does not come: the examiner's Close ends the conversation, and what stands before the subject's Close is all.
/// </summary>
internal static class EchoPlay
{
    /// <summary>A case of its own connection.</summary>
    public static ConformanceCase Case(
        WebSocketSubject subject,
        string id,
        ConformanceRule rule,
        IReadOnlyList<ProbeFrame> sent,
        string expected,
        int cut = int.MaxValue)
        => subject.Case(id, rule, expected, async context =>
        {
            await using WebSocketPeer peer = await subject.OpenAsync(context);
            return await RunAsync(peer, sent, cut) ?? ConformanceFinding.Pass(expected);
        });

    /// <summary>Plays on a connection that is open.</summary>
    /// <returns>Null where everything came as it has to.</returns>
    public static async Task<ConformanceFinding?> RunAsync(WebSocketPeer peer, IReadOnlyList<ProbeFrame> sent, int cut = int.MaxValue)
    {
        Task sending = Task.Run(() => cut == int.MaxValue ? peer.SendAsync(sent) : peer.SendCutAsync(sent, cut));
        List<(bool IsText, byte[] Payload)> messages = [.. MessagesOf(sent)];
        ConformanceFinding? finding = await ReceiveAsync(peer, messages, PingsOf(sent));
        if (finding is not null)
        {
            return finding;
        }

        await sending;
        await peer.SendAsync([ProbeFrame.Close(1000)]);
        return await peer.NextAsync() switch
        {
            PeerEvent.Close or PeerEvent.End => null,
            PeerEvent.Ping => null,
            PeerEvent.Silence => null,
            PeerEvent.Broken broken => ConformanceFinding.Fail(broken.Rule),
            var other => ConformanceFinding.Fail($"{other} came, and nothing asked for it"),
        };
    }

    /// <summary>Sees whether a connection that was opened after an attack works.</summary>
    public static async Task<ConformanceFinding?> FindDeadAsync(WebSocketPeer peer)
        => await RunAsync(peer, [ProbeFrame.Text("still there?")]) is { } finding
            ? finding with { Got = "the next connection does not work: " + finding.Got }
            : null;

    /// <summary>Takes the messages in order, and the Pongs.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="messages">What has to come back.</param>
    /// <param name="pings">The Pings whose Pongs are due.</param>
    /// <param name="behind">Pings that may be answered, or not.</param>
    public static async Task<ConformanceFinding?> ReceiveAsync(
        WebSocketPeer peer, IReadOnlyList<(bool IsText, byte[] Payload)> messages, IReadOnlyList<byte[]> pings, byte[][]? behind = null)
    {
        int message = 0;
        int ping = 0;
        while (message < messages.Count || ping < pings.Count)
        {
            PeerEvent next = await peer.NextAsync();
            ConformanceFinding? finding = next switch
            {
                PeerEvent.Message got => Compare(got, message < messages.Count ? messages[message] : null, message++),
                PeerEvent.Pong when IsAnswerTo(behind ?? [], next) => null,
                PeerEvent.Pong got => Compare(got, pings, ref ping),
                PeerEvent.Ping => null,
                PeerEvent.Broken broken => ConformanceFinding.Fail(broken.Rule),
                PeerEvent.Silence when peer.MayLimit => new ConformanceFinding(
                    ConformanceVerdict.Warn, Missing(messages.Count - message, pings.Count - ping, "came in time"), IsTimeout: true),
                PeerEvent.Silence => ConformanceFinding.Late(Missing(messages.Count - message, pings.Count - ping, "came in time")),
                PeerEvent.Close or PeerEvent.End when peer.MayLimit => ConformanceFinding.Info($"the subject has a limit below this: {next}"),
                PeerEvent.Close when peer.HasSentClose => ConformanceFinding.Info(
                    $"{next} came for the Close before all that stood before it had come back: nothing demands that it does"),
                PeerEvent.Close { Code: 1009 } => ConformanceFinding.Info("the subject has a limit below this: Close 1009"),
                PeerEvent.Close or PeerEvent.End
                    => ConformanceFinding.Fail($"{next} came, and {Missing(messages.Count - message, pings.Count - ping, "came before it")}"),
                _ => ConformanceFinding.Fail($"{next} came"),
            };
            if (finding is not null)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>Whether it is the Pong of one of these Pings.</summary>
    public static bool IsAnswerTo(byte[][] pings, PeerEvent next)
        => next is PeerEvent.Pong pong && Array.Exists(pings, p => p.AsSpan().SequenceEqual(pong.Payload));

    /// <summary>The messages that frames are.</summary>
    public static IEnumerable<(bool IsText, byte[] Payload)> MessagesOf(IEnumerable<ProbeFrame> frames)
    {
        using MemoryStream payload = new();
        int opcode = 0;
        foreach (ProbeFrame frame in frames.Where(f => f.Opcode < 8))
        {
            opcode = frame.Opcode != 0 ? frame.Opcode : opcode;
            payload.Write(frame.Payload);
            if (frame.Fin)
            {
                yield return (opcode == 1, payload.ToArray());
                payload.SetLength(0);
            }
        }
    }

    private static List<byte[]> PingsOf(IEnumerable<ProbeFrame> frames) => [.. frames.Where(f => f.Opcode == 9).Select(f => f.Payload)];

    private static ConformanceFinding? Compare(PeerEvent.Message got, (bool IsText, byte[] Payload)? expected, int index)
        => expected is not { } right ? ConformanceFinding.Fail($"{got} came, and nothing asked for it")
            : got.IsText != right.IsText ? ConformanceFinding.Fail($"{got} came for a {(right.IsText ? "text" : "binary")} message")
            : !got.Payload.AsSpan().SequenceEqual(right.Payload)
                ? ConformanceFinding.Fail($"message {index + 1} came back changed: {got}, and {right.Payload.Length} bytes were sent, "
                    + $"equal up to byte {got.Payload.AsSpan().CommonPrefixLength(right.Payload)}")
            : null;

    /// <summary>"MAY elect to send a Pong frame for only the most recently processed Ping frame" (§5.5.3).</summary>
    private static ConformanceFinding? Compare(PeerEvent.Pong got, IReadOnlyList<byte[]> pings, ref int ping)
    {
        for (int i = ping; i < pings.Count; i++)
        {
            if (got.Payload.AsSpan().SequenceEqual(pings[i]))
            {
                ping = i + 1;
                return null;
            }
        }

        return ConformanceFinding.Fail($"{got} came, and no Ping with that payload waited for one");
    }

    private static string Missing(int messages, int pongs, string when)
        => messages > 0 ? $"{messages} of the messages did not come back{(pongs > 0 ? ", nor all Pongs" : "")}: nothing more {when}"
            : $"no Pong for the last Ping {when}";
}
