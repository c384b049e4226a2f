using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>What peers rarely do: packets made by hand go to the second of two associations.</summary>
public class SctpOddPeerTests
{
    private readonly List<byte[]> _toFirst = [];
    private readonly List<byte[]> _toSecond = [];

    [Fact]
    public void A_stale_cookie_is_told_and_a_new_one_is_fetched()
    {
        SctpNetwork network = new(new SctpWeather(1));
        network.Loses = (_, packet) => packet[12] == (byte)SctpChunkType.CookieEcho && network.Now < TimeSpan.FromSeconds(70);
        network.Sees = Keep;
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 300));
        Assert.Contains(Chunks(_toFirst), c => c.StartsWith("Error 0003", StringComparison.Ordinal));
        Assert.Equal(SctpState.Established, network.First.State);
    }

    /// <summary>"the INIT ACK chunk MUST contain a new Initiate Tag", and the association that is there is not touched.</summary>
    [Fact]
    public void An_INIT_into_an_association_changes_nothing()
    {
        SctpNetwork network = Connected();
        byte[] init = _toSecond[0];
        uint tag = Tag();
        network.Inject(true, init);
        byte[] answer = _toFirst.Last(p => p[12] == (byte)SctpChunkType.InitAck);
        Assert.NotEqual(tag, BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(16)));
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(answer, out SctpPacket decoded, out _, out _));
        byte[] cookie = [];
        foreach (SctpChunk chunk in decoded)
        {
            foreach (SctpParameter parameter in chunk.Parameters)
            {
                cookie = parameter.Type == SctpParameterType.StateCookie ? parameter.Value.ToArray() : cookie;
            }
        }

        int before = _toFirst.Count;
        network.Inject(true, Packet(BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(16)), SctpChunkType.CookieEcho, cookie));
        Assert.Equal(before, _toFirst.Count);
        Assert.True(network.First.TrySend(0, 51, "still here"u8, SctpReliability.Ordered, network.Now));
        Assert.True(network.RunUntil(() => network.SecondEvents.Any(e => e.Kind == SctpEventKind.Message), 5));
    }

    /// <summary>The peer has no say in streams of ours: what is sent on them goes on.</summary>
    [Fact]
    public void A_request_to_begin_our_streams_anew_is_denied()
    {
        SctpNetwork network = Connected();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        byte[] request = [0, 14, 0, 10, .. Bytes(sequence), 0, 5];
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, request));
        Assert.Equal($"Reconfig 0010000C{sequence:X8}00000002", Chunks(_toFirst)[^1]);
        Assert.True(network.Second.TrySend(5, 51, "goes on"u8, SctpReliability.Ordered, network.Now));
        Assert.True(network.RunUntil(() => network.FirstEvents.Any(e => e.Kind == SctpEventKind.Message), 5));

        // Said again, it is answered again.
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, request));
        Assert.Equal($"Reconfig 0010000C{sequence:X8}00000002", Chunks(_toFirst)[^1]);
    }

    /// <summary>Gap blocks fill the packet to its end; what else is due goes out in the next.</summary>
    [Fact]
    public void A_SACK_that_fills_its_packet_leaves_the_answer_to_the_next()
    {
        SctpNetwork network = Connected();
        uint tsn = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        SctpPacketWriter writer = new(16_000);
        writer.Begin(5000, 5000, Tag());
        for (uint i = 1; i <= 293; i++)
        {
            writer.AddData(SctpDataBits.Beginning | SctpDataBits.Ending | SctpDataBits.Unordered, tsn + (2 * i), 0, 0, 51, [1]);
        }

        writer.AddChunk(SctpChunkType.Reconfig, 0, [0, 15, 0, 8, .. Bytes(tsn)]);
        network.Inject(true, writer.Finish().ToArray());
        string[] chunks = [.. Chunks(_toFirst).TakeLast(2)];
        Assert.StartsWith($"Sack {tsn - 1:X8}", chunks[0], StringComparison.Ordinal);
        Assert.Equal("0125", chunks[0].Substring("Sack ".Length + 16, 4));
        Assert.Equal($"Reconfig 0010000C{tsn:X8}00000002", chunks[1]);
    }

    [Fact]
    public void Two_requests_in_one_chunk_have_two_answers()
    {
        SctpNetwork network = Connected();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        byte[] outgoing = [0, 13, 0, 18, .. Bytes(sequence), 0, 0, 0, 0, .. Bytes(sequence - 1), 0, 5, 0, 0];
        byte[] incoming = [0, 14, 0, 10, .. Bytes(sequence + 1), 0, 5];
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, [.. outgoing, .. incoming]));
        Assert.Equal($"Reconfig 0010000C{sequence:X8}000000010010000C{sequence + 1:X8}00000002", Chunks(_toFirst)[^1]);
    }

    [Fact]
    public void Streams_that_there_are_not_do_not_begin_anew()
    {
        SctpNetwork network = Connected();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        byte[] request = [0, 13, 0, 20, .. Bytes(sequence), 0, 0, 0, 0, .. Bytes(sequence - 1), 0, 5, 4, 0];
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, request));
        Assert.Equal($"Reconfig 0010000C{sequence:X8}00000003", Chunks(_toFirst)[^1]);
        Assert.DoesNotContain(network.SecondEvents, e => e.Kind == SctpEventKind.PeerStreamReset);

        // Nor are ours asked for.
        int before = _toFirst.Count;
        network.Second.ResetStream(1024);
        network.Second.ResetStream(-1);
        network.Run(5);
        Assert.Equal(before, _toFirst.Count);
    }

    [Fact]
    public void That_a_stream_began_anew_is_told_once_until_it_is_taken()
    {
        SctpNetwork network = Connected();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        byte[] last = Bytes(sequence - 1);
        network.TakesEvents = false;
        for (int i = 0; i < 100; i++, sequence++)
        {
            byte[] request = [0, 13, 0, 20, .. Bytes(sequence), 0, 0, 0, 0, .. last, 0, 5, 0, 6];
            network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, request));
            Assert.Equal($"Reconfig 0010000C{sequence:X8}00000001", Chunks(_toFirst)[^1]);
        }

        network.SecondEvents.Clear();
        network.TakeEvents();
        Assert.Equal([5, 6], network.SecondEvents.Select(e => e.StreamId));
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, [0, 13, 0, 18, .. Bytes(sequence), 0, 0, 0, 0, .. last, 0, 5]));
        network.TakeEvents();
        Assert.Equal([5, 6, 5], network.SecondEvents.Select(e => e.StreamId));
    }

    /// <summary>"the first zero window probe after 1 RTO", and "increase the probe interval exponentially afterwards".</summary>
    [Fact]
    public void A_closed_window_is_probed_ever_more_rarely()
    {
        SctpNetwork network = new(new SctpWeather(1), new SctpAssociationOptions { ReceiveWindow = 4096 });
        List<TimeSpan> times = [];
        network.Sees = (isToSecond, packet) =>
        {
            if (isToSecond && packet[12] == (byte)SctpChunkType.Data)
            {
                times.Add(network.Now);
            }
        };
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 5));
        network.TakesEvents = false;
        for (int i = 0; i < 20; i++)
        {
            Assert.True(network.First.TrySend(0, 51, new byte[1000], SctpReliability.Ordered, network.Now));
        }

        network.Run(12);
        Assert.Equal(7, times.Count);
        Assert.True(times[3] < TimeSpan.FromSeconds(1));
        Assert.All([1, 2, 4], seconds => Assert.True(Gap(seconds) >= TimeSpan.FromSeconds(seconds), $"{Gap(seconds)} before a probe"));
        network.TakesEvents = true;
        network.TakeEvents();
        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0, 60));

        TimeSpan Gap(int seconds) => seconds == 1 ? times[4] - times[3] : seconds == 2 ? times[5] - times[4] : times[6] - times[5];
    }

    [Theory]
    [InlineData(17, 0, 2)]
    [InlineData(15, 0, 2)]
    [InlineData(13, 7, 5)]
    [InlineData(14, 7, 5)]
    public void What_is_not_done_is_refused(byte type, uint tooFar, uint result)
    {
        SctpNetwork network = Connected();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28)) + tooFar;
        byte[] request = [0, type, 0, 16, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(sequence)), 0, 0, 0, 0, 0, 0, 0, 0];
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, request));
        Assert.Equal($"Reconfig 0010000C{sequence:X8}{result:X8}", Chunks(_toFirst)[^1]);
        Assert.DoesNotContain(network.SecondEvents, e => e.Kind == SctpEventKind.PeerStreamReset);
    }

    [Fact]
    public void Every_stream_at_once_may_begin_anew()
    {
        SctpNetwork network = Connected();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        byte[] last = BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(sequence - 1));
        byte[] request = [0, 13, 0, 16, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(sequence)), 0, 0, 0, 0, .. last];
        network.Inject(true, Packet(Tag(), SctpChunkType.Reconfig, request));
        Assert.Equal((SctpEventKind.PeerStreamReset, -1), (network.SecondEvents[^1].Kind, network.SecondEvents[^1].StreamId));
    }

    [Fact]
    public void Many_small_messages_are_not_held_without_end()
    {
        SctpNetwork network = new(new SctpWeather(1), new SctpAssociationOptions { MaxFragments = 32 });
        network.Sees = Keep;
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 5));
        network.TakesEvents = false;
        for (int i = 0; i < 200; i++)
        {
            Assert.True(network.First.TrySend(0, 51, [(byte)i], SctpReliability.Ordered, network.Now));
        }

        network.Run(60);
        Assert.InRange(network.First.BufferedBytes, 200 - 64, 200 - 32);
        network.TakesEvents = true;
        network.TakeEvents();
        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0, 600));
        Assert.Equal(200, network.SecondEvents.Count(e => e.Kind == SctpEventKind.Message));
    }

    [Fact]
    public void Data_on_a_stream_that_does_not_exist_is_acknowledged_and_told()
    {
        SctpNetwork network = Connected();
        network.Loses = (isToSecond, _) => !isToSecond;
        uint tsn = BinaryPrimitives.ReadUInt32BigEndian(_toSecond[0].AsSpan(28));
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, Tag());
        writer.AddData(SctpDataBits.Beginning | SctpDataBits.Ending, tsn, 2000, 0, 51, [1]);
        network.Inject(true, writer.Finish().ToArray());
        network.Run(1);
        Assert.Contains("Error 0001000807D00000", Chunks(_toFirst));
        Assert.Contains(Chunks(_toFirst), c => c.StartsWith($"Sack {tsn:X8}", StringComparison.Ordinal));
        Assert.Equal(SctpState.Established, network.Second.State);
    }

    [Fact]
    public void What_comes_with_a_wrong_tag_or_to_another_port_is_left_alone()
    {
        SctpNetwork network = Connected();
        int before = _toFirst.Count;
        network.Inject(true, Packet(Tag() ^ 1, SctpChunkType.Abort, []));
        network.Inject(true, Packet(Tag() ^ 1, SctpChunkType.Heartbeat, [0, 1, 0, 4]));
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5001, Tag());
        writer.AddChunk(SctpChunkType.Abort, 0, []);
        network.Inject(true, writer.Finish().ToArray());
        network.Inject(true, [1, 2, 3]);
        Assert.Equal((before, SctpState.Established), (_toFirst.Count, network.Second.State));
    }

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(value));

    private static byte[] Packet(uint tag, SctpChunkType type, byte[] value)
    {
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, tag);
        writer.AddChunk(type, 0, value);
        return writer.Finish().ToArray();
    }

    private static List<string> Chunks(IEnumerable<byte[]> packets)
    {
        List<string> chunks = [];
        foreach (byte[] packet in packets)
        {
            Assert.Equal(OperationStatus.Done, SctpPacket.Decode(packet, out SctpPacket decoded, out _, out _));
            foreach (SctpChunk chunk in decoded)
            {
                chunks.Add($"{chunk.Type} {Convert.ToHexString(chunk.Value)}");
            }
        }

        return chunks;
    }

    /// <summary>The tag of packets to the second.</summary>
    private uint Tag() => BinaryPrimitives.ReadUInt32BigEndian(_toFirst.First(p => p[12] == (byte)SctpChunkType.InitAck).AsSpan(16));

    private void Keep(bool isToSecond, byte[] packet) => (isToSecond ? _toSecond : _toFirst).Add(packet);

    private SctpNetwork Connected()
    {
        SctpNetwork network = new(new SctpWeather(1)) { Sees = Keep };
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 5));
        return network;
    }
}
