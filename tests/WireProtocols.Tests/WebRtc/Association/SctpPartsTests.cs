using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>The two halves of an association, each alone.</summary>
public class SctpPartsTests
{
    private const uint First = 100;
    private const SctpDataBits Whole = SctpDataBits.Beginning | SctpDataBits.Ending;

    private static readonly SctpAssociationOptions Options = new() { MaxPacketSize = 512, ReceiveWindow = 4096 };

    private readonly SctpInbox _inbox = new();
    private readonly SctpReceiver _receiver;
    private readonly SctpSender _sender = new(First, Options, new SctpTimeout(Options), canGiveUp: true);
    private readonly SctpPacketWriter _writer = new(512);

    public SctpPartsTests() => _receiver = new SctpReceiver(First, 8, Options, _inbox);

    /// <summary>FORWARD-TSN goes no further than the streams that it names: else the others would wait for what is skipped.</summary>
    [Fact]
    public void What_has_no_room_in_a_FORWARD_TSN_follows_in_the_next()
    {
        _sender.SetPeerWindow(100_000);
        for (int stream = 0; stream < 100; stream++)
        {
            _sender.Enqueue(new SctpOutboundMessage((ushort)stream, 51, [1], new SctpReliability(true, 0), null));
        }

        for (int packets = 0; packets < 10; packets++)
        {
            Fill();
        }

        Assert.Equal(First + 99, _sender.LastTsn);
        _sender.Expired(TimeSpan.Zero);
        Assert.Equal((First + 63, 64), Forward());
        Assert.Equal((0u, 0), Forward());
        Acknowledge(First + 63);
        Assert.Equal((First + 99, 36), Forward());
        Acknowledge(First + 99);
        Assert.True(_sender.IsIdle);

        (uint Tsn, int Streams) Forward()
        {
            List<(SctpChunkType Type, byte[] Value)> chunks = Fill();
            if (chunks.Count == 0)
            {
                return (0, 0);
            }

            Assert.Equal(SctpChunkType.ForwardTsn, chunks[0].Type);
            SctpForwardTsn forward = new(chunks[0].Value);
            return (forward.NewCumulativeTsn, forward.StreamCount);
        }
    }

    /// <summary>Blocks that overlap acknowledge what they cover, once.</summary>
    [Fact]
    public void Gap_blocks_may_overlap()
    {
        _sender.SetPeerWindow(100_000);
        for (int i = 0; i < 6; i++)
        {
            _sender.Enqueue(new SctpOutboundMessage(0, 51, [1], SctpReliability.Ordered, null));
        }

        Assert.Equal(6, Fill().Count);
        Acknowledge(First - 1, (2, 4), (3, 5), (2, 5));
        Assert.Empty(Fill());
        _sender.Expired(TimeSpan.Zero);
        Assert.Equal([First, First + 5], Fill().Select(c => BinaryPrimitives.ReadUInt32BigEndian(c.Value)));
        Acknowledge(First + 5);
        Assert.True(_sender.IsIdle);
    }

    [Fact]
    public void What_a_stream_held_is_room_again_when_it_begins_anew()
    {
        Assert.Equal(4096u, Window());
        for (ushort number = 1; number < 4; number++)
        {
            Assert.Equal(SctpReception.Held, Receive(First + number - 1, number, Whole));
        }

        Assert.Equal(4096u - 3, Window());
        _receiver.Reset(0);
        Assert.Equal(4096u, Window());
        Assert.Equal(SctpReception.Held, Receive(First + 3, 1, Whole));
        _receiver.Reset(-1);
        Assert.Equal(4096u, Window());
    }

    [Fact]
    public void What_is_skipped_is_not_held_and_what_waited_is_told_in_order()
    {
        // Beginnings without an end at both sides of what is skipped, and messages whose turn it is not.
        Receive(First + 1, 0, SctpDataBits.Beginning);
        Receive(First + 3, 3, Whole);
        Receive(First + 4, 2, Whole);
        Receive(First + 6, 5, Whole);
        Receive(First + 8, 6, SctpDataBits.Beginning);
        Assert.Equal(4096u - 5, Window());
        Skip(First + 5, 0, 4);
        Assert.Equal(First + 6, _receiver.CumulativeTsn);
        Assert.Equal([2, 3, 5], Taken());
        Assert.Equal(4096u - 1, Window());
        Assert.Equal(SctpReception.Held, Receive(First + 9, 6, SctpDataBits.Ending));
        Receive(First + 7, 9, Whole | SctpDataBits.Unordered);
        Assert.Equal(First + 9, _receiver.CumulativeTsn);
        Assert.Equal([6, 9], Taken().Order());
        Assert.Equal(4096u, Window());

        // Half the circle away is neither before nor behind.
        Assert.Equal(SctpReception.Violation, Receive(First + 10, 7 + 0x8000, Whole));
    }

    /// <summary>What the sender puts into the next packet.</summary>
    private List<(SctpChunkType Type, byte[] Value)> Fill()
    {
        List<(SctpChunkType Type, byte[] Value)> chunks = [];
        _writer.Begin(5000, 5000, 1);
        if (!_sender.HasSomething(TimeSpan.Zero))
        {
            return chunks;
        }

        _sender.Fill(_writer, TimeSpan.Zero);
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(_writer.Finish().Span, out SctpPacket packet, out _, out _));
        foreach (SctpChunk chunk in packet)
        {
            chunks.Add((chunk.Type, chunk.Value.ToArray()));
        }

        return chunks;
    }

    private void Acknowledge(uint cumulativeTsn, params (ushort Start, ushort End)[] gaps)
    {
        byte[] sack = [.. Bytes(cumulativeTsn), .. Bytes(100_000), .. Bytes((uint)gaps.Length << 16)];
        foreach ((ushort start, ushort end) in gaps)
        {
            sack = [.. sack, .. Bytes(((uint)start << 16) | end)];
        }

        Assert.True(_sender.Acknowledge(new SctpSack(sack), TimeSpan.Zero, out _));
    }

    /// <summary>Takes a byte that says the number of its message.</summary>
    private SctpReception Receive(uint tsn, ushort number, SctpDataBits bits)
        => _receiver.Receive(new SctpData((int)bits, [.. Bytes(tsn), .. Bytes(number), .. Bytes(51), (byte)number]));

    private void Skip(uint tsn, ushort stream, ushort number)
        => _receiver.Skip(new SctpForwardTsn([.. Bytes(tsn), .. Bytes(((uint)stream << 16) | number)]));

    /// <summary>The window that a SACK says.</summary>
    private uint Window()
    {
        _writer.Begin(5000, 5000, 1);
        _receiver.WriteSack(_writer);
        return BinaryPrimitives.ReadUInt32BigEndian(_writer.Finish().Span[20..]);
    }

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(value));

    private List<int> Taken()
    {
        List<int> numbers = [];
        while (_inbox.TryTake(out SctpEvent happened))
        {
            numbers.Add(happened.Message.Payload.Span[0]);
        }

        return numbers;
    }
}
