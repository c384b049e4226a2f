using WireProtocols.WebRtc;

namespace WireProtocols.Benchmarks.WebRtc;

/// <summary>Messages of a kilobyte from one association to another in memory, with every packet that this takes, acknowledgements included.</summary>
public static class SctpCases
{
    public const int Count = 256;

    private const int Batch = 32;

    private static readonly byte[] Message = [.. Enumerable.Range(0, 1024).Select(i => (byte)i)];
    private static readonly SctpAssociation Sender = new();
    private static readonly SctpAssociation Receiver = new();
    private static TimeSpan _now;

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("sctp.transfer.ordered1KB", Count, () => Transfer(SctpReliability.Ordered), null, null, null)
        {
            MayAllocate = true,
        };
        yield return new CompareCase(
            "sctp.transfer.timed1KB", Count, () => Transfer(new SctpReliability(false, Lifetime: TimeSpan.FromSeconds(9))), null, null, null)
        {
            MayAllocate = true,
        };
    }

    private static void Transfer(SctpReliability reliability)
    {
        if (Sender.State == SctpState.Closed)
        {
            Sender.Connect(_now);
            Exchange();
        }

        long sum = 0;
        for (int i = 0; i < Count; i += Batch)
        {
            for (int j = 0; j < Batch; j++)
            {
                Sender.TrySend(j % 4, 53, Message, reliability, _now);
            }

            while (Sender.BufferedBytes > 0)
            {
                Exchange();
            }

            while (Receiver.TryGetEvent(out SctpEvent happened))
            {
                sum += happened.Message.Payload.Length;
            }
        }

        Sink.Keep(sum);
    }

    private static void Exchange()
    {
        for (bool goesOn = true; goesOn;)
        {
            goesOn = Give(Sender, Receiver) | Give(Receiver, Sender);
        }

        // What is acknowledged later is due then.
        _now += TimeSpan.FromMilliseconds(200);
        Sender.Advance(_now);
        Receiver.Advance(_now);
    }

    private static bool Give(SctpAssociation from, SctpAssociation to)
    {
        bool gave = false;
        while (from.TryGetPacket(_now, out ReadOnlyMemory<byte> packet))
        {
            to.Receive(packet.Span, _now);
            gave = true;
        }

        return gave;
    }
}
