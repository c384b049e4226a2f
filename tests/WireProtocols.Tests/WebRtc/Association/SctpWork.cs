using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>Work that a peer makes, each so many times. Gives how many basic blocks of the library that took, where it is woven.</summary>
public static class SctpWork
{
    private const uint First = 100;
    private const uint Far = 10_000;
    private const SctpDataBits Whole = SctpDataBits.Beginning | SctpDataBits.Ending;

    private static readonly SctpAssociationOptions Options = new() { MaxFragments = 65_535 };

    /// <summary>FORWARD-TSN again and again, below messages that stand alone.</summary>
    public static long SkipBelowMessages(int count) => SkipBelow(count, Whole | SctpDataBits.Unordered);

    /// <summary>FORWARD-TSN again and again, below fragments that stand alone.</summary>
    public static long SkipBelowFragments(int count) => SkipBelow(count, SctpDataBits.Beginning);

    /// <summary>One FORWARD-TSN that names a stream again and again, below messages whose turn it is not.</summary>
    public static long SkipBelowNumbers(int count)
    {
        SctpReceiver receiver = new(First, 8, Options, new SctpInbox());
        List<byte> forward = [.. Bytes(First + (uint)count)];
        for (uint i = 0; i < count; i++)
        {
            receiver.Receive(Data(First + i, Far + i, Whole));
            forward.AddRange(Bytes(i));
        }

        byte[] value = [.. forward];
        Coverage.Restart();
        receiver.Skip(new SctpForwardTsn(value));
        return Coverage.Steps;
    }

    /// <summary>A SACK whose blocks all cover the same.</summary>
    public static long OverlappingGaps(int count)
    {
        SctpSender sender = Sent(count, SctpReliability.Ordered);
        List<byte> sack = [.. Bytes(First - 1), .. Bytes(100_000), .. Bytes((uint)count << 16)];
        for (int i = 0; i < count; i++)
        {
            sack.AddRange(Bytes((2 << 16) | (uint)count));
        }

        byte[] value = [.. sack];
        Coverage.Restart();
        sender.Acknowledge(new SctpSack(value), TimeSpan.Zero, out _);
        return Coverage.Steps;
    }

    /// <summary>Messages with a lifetime, all on the way, while it is asked again and again whether there is something to send.</summary>
    public static long AskAmongTimed(int count)
    {
        SctpSender sender = Sent(count, new SctpReliability(true, Lifetime: TimeSpan.FromSeconds(9)));
        Coverage.Restart();
        for (int i = 0; i < count; i++)
        {
            sender.HasSomething(TimeSpan.FromSeconds(1));
        }

        return Coverage.Steps;
    }

    /// <summary>Messages that are all given up at once, because they were lost or because their time is over.</summary>
    public static long GiveUp(int count)
    {
        SctpSender lost = Sent(count, new SctpReliability(true, 0));
        SctpSender late = new(First, Options, new SctpTimeout(Options), canGiveUp: true);
        for (int i = 0; i < count; i++)
        {
            late.Enqueue(new SctpOutboundMessage(0, 51, [1], SctpReliability.Ordered, TimeSpan.FromSeconds(1)));
        }

        Coverage.Restart();
        lost.Expired(TimeSpan.FromSeconds(1));
        late.HasSomething(TimeSpan.FromSeconds(2));
        return late.IsIdle ? Coverage.Steps : 0;
    }

    private static SctpSender Sent(int count, SctpReliability reliability)
    {
        SctpSender sender = new(First, Options, new SctpTimeout(Options), canGiveUp: true);
        sender.SetPeerWindow(100_000);
        SctpPacketWriter writer = new(1200);
        for (int i = 0; i < count; i++)
        {
            sender.Enqueue(new SctpOutboundMessage(0, 51, [1], reliability, reliability.Lifetime));
        }

        while (sender.HasSomething(TimeSpan.Zero))
        {
            writer.Begin(5000, 5000, 1);
            sender.Fill(writer, TimeSpan.Zero);
        }

        return sender;
    }

    private static long SkipBelow(int count, SctpDataBits bits)
    {
        SctpReceiver receiver = new(First, 8, Options, new SctpInbox());
        for (uint i = 0; i < count; i++)
        {
            receiver.Receive(Data(First + Far + (2 * i), i, bits));
        }

        Coverage.Restart();
        for (uint i = 0; i < count; i++)
        {
            receiver.Skip(new SctpForwardTsn(Bytes(First + i)));
        }

        return Coverage.Steps;
    }

    private static SctpData Data(uint tsn, uint number, SctpDataBits bits)
    {
        byte[] value = [.. Bytes(tsn), .. Bytes(number), .. Bytes(51), 1];
        return new SctpData((int)bits, value);
    }

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(value));
}
