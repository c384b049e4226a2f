using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>INIT and COOKIE ECHO where there is an association already (RFC 9260 §5.2), each case of §5.2.4.</summary>
public class SctpRestartTests
{
    private const SctpCookieCase Discard = SctpCookieCase.Discard;

    private readonly List<byte[]> _toSecond = [];
    private readonly List<byte[]> _toFirst = [];

    /// <summary>Every row of table 12 with all that "A" stands for, and what no row shows. 0: unknown; 1: of the association; 2: another.</summary>
    [Fact]
    public void Every_row_of_the_table_of_tags_is_told_apart()
    {
        SctpTieTags ties = new(11, 12);
        foreach (uint local in (uint[])[1, 2])
        {
            foreach (uint peer in (uint[])[1, 2])
            {
                foreach (SctpTieTags tied in (SctpTieTags[])[default, ties, new(11, 9), new(9, 12), new(9, 9)])
                {
                    SctpCookieCase expected = (local, peer) switch
                    {
                        (1, 1) => SctpCookieCase.Same,
                        (1, 2) => SctpCookieCase.Collision,
                        (2, 1) => tied == default ? SctpCookieCase.Late : Discard,
                        _ => tied == ties ? SctpCookieCase.Restart : Discard,
                    };
                    Assert.Equal(expected, SctpCookieCases.Judge(Cookie(local, peer, tied), 1, 1, ties));
                }
            }
        }

        Assert.Equal(SctpCookieCase.Collision, SctpCookieCases.Judge(Cookie(1, 5, default), 1, 0, default));
        Assert.Equal(Discard, SctpCookieCases.Judge(Cookie(2, 5, default), 1, 1, default));

        static SctpCookie Cookie(uint local, uint peer, SctpTieTags ties)
            => new(local, 0, new SctpInit(peer, 1500, 1, 1, 0), false, false, default, ties);
    }

    /// <summary>Case A, with what had arrived and what was on the way.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_peer_that_begins_anew_has_an_association_again(int seed)
    {
        SctpNetwork old = Connected(seed);
        Assert.True(old.First.TrySend(3, 51, "has arrived"u8, SctpReliability.Ordered, old.Now));
        old.TakesEvents = false;
        old.Run(1);
        old.Loses = (_, _) => true;
        Assert.True(old.Second.TrySend(3, 51, "never arrives"u8, SctpReliability.Ordered, old.Now));
        old.Run(0.1);

        SctpNetwork network = old.Restart(new SctpWeather(seed, seed * 0.1, seed * 0.05, seed * 0.1));
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.First.State == SctpState.Established, 60));
        Assert.Equal((SctpState.Established, 0), (network.Second.State, network.Second.BufferedBytes));
        network.TakesEvents = true;
        network.TakeEvents();
        Assert.Equal([SctpEventKind.Message, SctpEventKind.Restarted], network.SecondEvents.Select(e => e.Kind));

        // Streams count from zero, and so do TSNs.
        for (byte i = 0; i < 20; i++)
        {
            Assert.True(network.First.TrySend(3, 51, [i], SctpReliability.Ordered, network.Now));
            Assert.True(network.Second.TrySend(3, 51, [i], SctpReliability.Ordered, network.Now));
        }

        Assert.True(network.RunUntil(() => network.SecondEvents.Count == 22 && network.FirstEvents.Count == 21, 600));
        Assert.Equal(Enumerable.Range(0, 20), network.FirstEvents.Skip(1).Select(e => (int)e.Message.Payload.Span[0]));
        Assert.Equal(Enumerable.Range(0, 20), network.SecondEvents.Skip(2).Select(e => (int)e.Message.Payload.Span[0]));

        // And once more.
        SctpNetwork third = network.Restart(new SctpWeather(seed));
        third.First.Connect(third.Now);
        Assert.True(third.RunUntil(() => third.SecondEvents.Any(e => e.Kind == SctpEventKind.Restarted), 60));
    }

    /// <summary>What is sent or reset before the restart has been told is meant for the association before.</summary>
    [Fact]
    public void Nothing_is_sent_into_an_association_that_nobody_knows_of()
    {
        SctpNetwork network = Connected(1).Restart(new SctpWeather(1));
        network.TakesEvents = false;
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.First.State == SctpState.Established, 60));
        Assert.False(network.Second.TrySend(0, 51, [1], SctpReliability.Ordered, network.Now));
        network.Second.ResetStream(0);
        network.TakeEvents();
        Assert.True(network.Second.TrySend(0, 51, [1], SctpReliability.Ordered, network.Now));
        network.TakesEvents = true;
        Assert.True(network.RunUntil(() => network.FirstEvents.Any(e => e.Kind == SctpEventKind.Message), 5));
        Assert.DoesNotContain(network.SecondEvents, e => e.Kind == SctpEventKind.StreamReset);
    }

    /// <summary>"the existing association, including its current state, and the corresponding TCB MUST NOT be changed" by INIT alone.</summary>
    [Fact]
    public void An_INIT_alone_changes_nothing()
    {
        SctpNetwork network = Connected(1);
        for (int i = 0; i < 20; i++)
        {
            network.Inject(true, Init(77 + (uint)i));
        }

        Assert.Equal(20, InitAcks().Select(a => a.Tag).Distinct().Count());
        Assert.True(network.First.TrySend(0, 51, [1], SctpReliability.Ordered, network.Now));
        Assert.True(network.RunUntil(() => network.SecondEvents.Any(e => e.Kind == SctpEventKind.Message), 5));
        Assert.DoesNotContain(network.SecondEvents, e => e.Kind == SctpEventKind.Restarted);
    }

    /// <summary>A cookie that was made before an association is not one of it, however the tags are.</summary>
    [Fact]
    public void A_cookie_from_before_the_association_is_discarded()
    {
        SctpNetwork network = new(new SctpWeather(1)) { Sees = Keep };
        network.Inject(true, Init(77));
        (uint tag, byte[] cookie) = InitAcks()[^1];
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0, 5));
        int before = _toFirst.Count;
        network.Inject(true, Packet(tag, SctpChunkType.CookieEcho, cookie));
        Assert.Equal(before, _toFirst.Count);
        Assert.True(network.First.TrySend(0, 51, [1], SctpReliability.Ordered, network.Now));
        Assert.True(network.RunUntil(() => network.SecondEvents.Any(e => e.Kind == SctpEventKind.Message), 5));
    }

    /// <summary>Case B: the peer has answered INIT with one tag, and sends its own INIT with another.</summary>
    [Theory]
    [InlineData(SctpState.CookieWait)]
    [InlineData(SctpState.CookieEchoed)]
    [InlineData(SctpState.Established)]
    public void Where_both_sent_INIT_the_tag_of_the_cookie_counts(SctpState state)
    {
        SctpAssociation ours = new();
        ours.Connect(TimeSpan.Zero);
        uint local = BinaryPrimitives.ReadUInt32BigEndian(Sent(ours)[0].AsSpan(16));
        if (state != SctpState.CookieWait)
        {
            ours.Receive(InitAck(local, 500), TimeSpan.Zero);
        }

        ours.Receive(Init(600), TimeSpan.Zero);
        List<byte[]> sent = Sent(ours);
        Assert.Equal(SctpChunkType.InitAck, (SctpChunkType)sent[^1][12]);
        Assert.Equal(local, BinaryPrimitives.ReadUInt32BigEndian(sent[^1].AsSpan(16)));
        byte[] cookie = Cookie(sent[^1]);
        if (state == SctpState.Established)
        {
            ours.Receive(Packet(local, SctpChunkType.CookieAck, []), TimeSpan.Zero);
        }

        Assert.Equal(state, ours.State);
        ours.Receive(Packet(local, SctpChunkType.CookieEcho, cookie), TimeSpan.Zero);
        Assert.Equal(SctpState.Established, ours.State);
        byte[] answer = Sent(ours)[^1];
        Assert.Equal((600u, SctpChunkType.CookieAck), (BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(4)), (SctpChunkType)answer[12]));
        Assert.True(ours.TryGetEvent(out SctpEvent connected));
        Assert.Equal(SctpEventKind.Connected, connected.Kind);
        Assert.False(ours.TryGetEvent(out _));
    }

    /// <summary>Case C: the cookie of an INIT ACK that was sent before this end sent INIT. "any timers running" are left running.</summary>
    [Fact]
    public void A_cookie_that_comes_late_is_discarded()
    {
        SctpAssociation ours = new();
        ours.Receive(Init(500), TimeSpan.Zero);
        byte[] early = Sent(ours)[^1];
        ours.Connect(TimeSpan.Zero);
        uint local = BinaryPrimitives.ReadUInt32BigEndian(Sent(ours)[0].AsSpan(16));
        ours.Receive(InitAck(local, 500), TimeSpan.Zero);
        Sent(ours);
        uint tag = BinaryPrimitives.ReadUInt32BigEndian(early.AsSpan(16));
        Assert.NotEqual(local, tag);
        TimeSpan? deadline = ours.NextDeadline;
        ours.Receive(Packet(tag, SctpChunkType.CookieEcho, Cookie(early)), TimeSpan.FromMilliseconds(1));
        Assert.Empty(Sent(ours));
        Assert.Equal((SctpState.CookieEchoed, deadline), (ours.State, ours.NextDeadline));
        ours.Receive(Packet(local, SctpChunkType.CookieAck, []), TimeSpan.Zero);
        Assert.Equal(SctpState.Established, ours.State);
    }

    /// <summary>Case D: the peer has not seen COOKIE ACK. It is answered again, however old the cookie is, and told once.</summary>
    [Fact]
    public void The_cookie_of_the_association_is_answered_again()
    {
        SctpNetwork network = Connected(1);
        byte[] echo = _toSecond.First(p => p[12] == (byte)SctpChunkType.CookieEcho);
        network.Run(100);
        int before = _toFirst.Count;
        network.Inject(true, echo);
        Assert.Equal((byte)SctpChunkType.CookieAck, Assert.Single(_toFirst.Skip(before))[12]);
        Assert.Single(network.SecondEvents);
    }

    /// <summary>"resend the SHUTDOWN ACK chunk and send an ERROR chunk with a "Cookie Received While Shutting Down" error cause".</summary>
    [Fact]
    public void A_peer_that_begins_anew_at_the_end_has_to_wait_for_it()
    {
        SctpNetwork network = Connected(1);
        network.Inject(true, Init(77));
        (uint tag, byte[] cookie) = InitAcks()[^1];
        network.Loses = (isToSecond, packet) => !isToSecond && packet[12] == (byte)SctpChunkType.ShutdownAck;
        network.First.Shutdown(network.Now);
        Assert.True(network.RunUntil(() => network.Second.State == SctpState.ShutdownAckSent, 5));
        int before = _toFirst.Count;
        network.Inject(true, Packet(tag, SctpChunkType.CookieEcho, cookie));
        Assert.Equal([SctpChunkType.ShutdownAck, SctpChunkType.Error], _toFirst.Skip(before).Select(p => (SctpChunkType)p[12]));
        Assert.Equal(10, BinaryPrimitives.ReadUInt16BigEndian(_toFirst[^1].AsSpan(16)));
        before = _toFirst.Count;
        network.Inject(true, Init(78));
        Assert.Equal((byte)SctpChunkType.ShutdownAck, Assert.Single(_toFirst.Skip(before))[12]);
        network.Loses = null;
        Assert.True(network.RunUntil(() => network.Second.State == SctpState.Closed, 60));
    }

    [Fact]
    public void Channels_are_closed_and_opened_again()
    {
        DataChannelAssociation first = new(isDtlsClient: true);
        DataChannelAssociation second = new(isDtlsClient: false);
        first.Connect(TimeSpan.Zero);
        Exchange(first, second);
        DataChannel theirs = first.Open("theirs", TimeSpan.Zero);
        DataChannel ours = second.Open("ours", TimeSpan.Zero);
        Exchange(first, second);
        Assert.Equal(2, second.Channels.Count);

        // An OPEN that has arrived, and that nobody has looked at.
        first.Open("late", TimeSpan.Zero);
        Give(first, second);
        first = new DataChannelAssociation(isDtlsClient: true);
        first.Connect(TimeSpan.Zero);
        List<DataChannelEvent> events = [];
        for (int i = 0; i < 4; i++)
        {
            Give(first, second);
            Give(second, first);
        }

        while (second.TryGetEvent(TimeSpan.Zero, out DataChannelEvent happened))
        {
            events.Add(happened);
        }

        Assert.Equal(
            [DataChannelEventKind.ChannelClosed, DataChannelEventKind.ChannelClosed, DataChannelEventKind.Restarted], events.Select(e => e.Kind));
        Assert.Equal(DataChannelState.Closed, ours.State);
        Assert.Equal(0, theirs.Id);
        Assert.Empty(second.Channels);
        Exchange(first, second);
        DataChannel again = second.Open("again", TimeSpan.Zero);
        Exchange(first, second);
        Assert.Equal((1, DataChannelState.Open), (again.Id, again.State));
        Assert.Equal("again", Assert.Single(first.Channels).Label);
    }

    private static void Exchange(DataChannelAssociation first, DataChannelAssociation second)
    {
        for (int i = 0; i < 6; i++)
        {
            Give(first, second);
            Give(second, first);
            while (first.TryGetEvent(TimeSpan.Zero, out _) || second.TryGetEvent(TimeSpan.Zero, out _))
            {
            }
        }
    }

    private static void Give(DataChannelAssociation from, DataChannelAssociation to)
    {
        while (from.TryGetPacket(TimeSpan.Zero, out ReadOnlyMemory<byte> packet))
        {
            to.Receive(packet.Span, TimeSpan.Zero);
        }
    }

    private static List<byte[]> Sent(SctpAssociation association)
    {
        List<byte[]> packets = [];
        while (association.TryGetPacket(TimeSpan.Zero, out ReadOnlyMemory<byte> packet))
        {
            packets.Add(packet.ToArray());
        }

        return packets;
    }

    private static byte[] Init(uint tag)
    {
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, 0);
        writer.BeginInit(isAck: false, new SctpInit(tag, 100_000, 16, 16, 1));
        writer.EndChunk();
        return writer.Finish().ToArray();
    }

    private static byte[] InitAck(uint tag, uint peerTag)
    {
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, tag);
        writer.BeginInit(isAck: true, new SctpInit(peerTag, 100_000, 16, 16, 1));
        writer.AddParameter((int)SctpParameterType.StateCookie, [1, 2, 3, 4]);
        writer.EndChunk();
        return writer.Finish().ToArray();
    }

    private static byte[] Packet(uint tag, SctpChunkType type, byte[] value)
    {
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, tag);
        writer.AddChunk(type, 0, value);
        return writer.Finish().ToArray();
    }

    private static byte[] Cookie(byte[] initAck)
    {
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(initAck, out SctpPacket decoded, out _, out _));
        byte[] cookie = [];
        foreach (SctpChunk chunk in decoded)
        {
            foreach (SctpParameter parameter in chunk.Parameters)
            {
                cookie = parameter.Type == SctpParameterType.StateCookie ? parameter.Value.ToArray() : cookie;
            }
        }

        return cookie;
    }

    /// <summary>The answers of the second to INIT: their tags, and their cookies.</summary>
    private List<(uint Tag, byte[] Cookie)> InitAcks()
        => [.. _toFirst.Where(p => p[12] == (byte)SctpChunkType.InitAck && BinaryPrimitives.ReadUInt32BigEndian(p.AsSpan(4)) is >= 77 and < 100)
            .Select(p => (BinaryPrimitives.ReadUInt32BigEndian(p.AsSpan(16)), Cookie(p)))];

    private void Keep(bool isToSecond, byte[] packet) => (isToSecond ? _toSecond : _toFirst).Add(packet);

    private SctpNetwork Connected(int seed)
    {
        SctpNetwork network = new(new SctpWeather(seed)) { Sees = Keep };
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 5));
        network.SecondEvents.Clear();
        network.SecondEvents.Add(new SctpEvent(SctpEventKind.Connected));
        return network;
    }
}
