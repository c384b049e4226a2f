using System.Buffers;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>An association over networks of memory.</summary>
public class SctpAssociationTests
{
    private static readonly SctpAssociationOptions Patient = new()
    {
        MinTimeout = TimeSpan.FromMilliseconds(200),
        MaxRetransmissions = 30,
        MaxInitRetransmissions = 30,
    };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 24)];

    /// <summary>Ordered messages arrive in order; what is partially reliable arrives at most once, and in order where it is ordered.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_reliable_arrives_once_and_in_order(int seed)
    {
        Random dice = new(seed);
        SctpNetwork network = Connected(
            new SctpWeather(seed, dice.NextDouble() * 0.25, dice.NextDouble() * 0.1, dice.NextDouble() * 0.3, dice.Next(1, 80)),
            Patient,
            connectsBoth: seed % 3 == 0);
        List<string>[] sent = [[], [], []];
        for (int i = 0; i < 60; i++)
        {
            int stream = dice.Next(3);
            byte[] payload = new byte[dice.Next(10) == 0 ? dice.Next(5, 60_000) : dice.Next(5, 3000)];
            dice.NextBytes(payload);
            SctpReliability reliability = stream switch
            {
                0 => SctpReliability.Ordered,
                1 => SctpReliability.Unordered,
                _ => new SctpReliability(seed % 2 == 0, dice.Next(3)),
            };
            while (!network.First.TrySend(stream, 53, payload, reliability, network.Now))
            {
                Assert.True(network.RunUntil(() => network.First.BufferedBytes < 500_000));
            }

            sent[stream].Add(Convert.ToHexString(payload));
            if (dice.Next(4) == 0)
            {
                network.Run(dice.NextDouble() * 0.3);
            }
        }

        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0, 3000), $"seed {seed}: {network.First.BufferedBytes} bytes are left");
        network.Run(5);
        Assert.Equal(sent[0], Received(network, 0));
        Assert.Equal(sent[1].Order(StringComparer.Ordinal), Received(network, 1).Order(StringComparer.Ordinal));
        List<string> partial = Received(network, 2);
        Assert.Equal(partial.Distinct().Count(), partial.Count);
        Assert.Empty(partial.Except(sent[2]));
        if (seed % 2 == 0)
        {
            Assert.Equal(sent[2].Where(partial.Contains), partial);
        }

        network.First.Shutdown(network.Now);
        Assert.True(
            network.RunUntil(() => network.First.State == SctpState.Closed && network.Second.State == SctpState.Closed, 3000), $"seed {seed}");
        Assert.Equal((SctpEnd.Shutdown, SctpEnd.Shutdown), (network.FirstEvents[^1].End, network.SecondEvents[^1].End));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void No_fragment_is_sent_more_often_than_its_message_allows(int most)
    {
        SctpNetwork network = Connected(new SctpWeather(most), Patient);
        Dictionary<uint, int> transmissions = [];
        network.Sees = (isToSecond, packet) =>
        {
            if (isToSecond && SctpPacket.Decode(packet, out SctpPacket decoded, out _, out _) == OperationStatus.Done)
            {
                foreach (SctpChunk chunk in decoded)
                {
                    if (chunk.Type == SctpChunkType.Data)
                    {
                        transmissions[chunk.AsData().Tsn] = transmissions.GetValueOrDefault(chunk.AsData().Tsn) + 1;
                    }
                }
            }
        };
        Random dice = new(most);
        network.Loses = (isToSecond, _) => isToSecond && dice.Next(10) < 6;
        for (int i = 0; i < 40; i++)
        {
            Assert.True(network.First.TrySend(i % 2, 53, new byte[3000], new SctpReliability(i % 2 == 0, most), network.Now));
        }

        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0, 3000));
        Assert.InRange(transmissions.Values.Max(), 1, most + 1);
        network.Loses = null;
        network.Run(10);
        Assert.True(network.First.TrySend(0, 53, [1, 2, 3], SctpReliability.Ordered, network.Now));
        Assert.True(network.RunUntil(() => Received(network, 0).Contains("010203")));
    }

    [Fact]
    public void A_message_whose_time_is_over_is_given_up_and_does_not_hold_up_others()
    {
        SctpNetwork network = Connected(new SctpWeather(1), Patient);
        network.Loses = (isToSecond, _) => isToSecond;
        SctpReliability brief = new(true, Lifetime: TimeSpan.FromMilliseconds(100));
        Assert.True(network.First.TrySend(0, 51, "late"u8, brief, network.Now));
        network.Run(0.05);
        Assert.True(network.First.TrySend(0, 51, "later"u8, SctpReliability.Ordered, network.Now));
        network.Run(2);
        network.Loses = null;
        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0));
        Assert.Equal([Convert.ToHexString("later"u8)], Received(network, 0));
    }

    [Theory]
    [InlineData(SctpChunkType.Init)]
    [InlineData(SctpChunkType.InitAck)]
    [InlineData(SctpChunkType.CookieEcho)]
    [InlineData(SctpChunkType.CookieAck)]
    public void A_packet_of_the_handshake_may_be_lost(SctpChunkType type)
    {
        SctpNetwork network = new(new SctpWeather(1));
        bool isLost = false;
        network.Loses = (_, packet) => !isLost && (isLost = packet[12] == (byte)type);
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 10));
        Assert.Equal((SctpState.Established, SctpState.Established), (network.First.State, network.Second.State));
        Assert.True(isLost);
        Assert.Throws<InvalidOperationException>(() => network.First.Connect(network.Now));
    }

    [Fact]
    public void Nobody_who_answers_is_the_end()
    {
        SctpNetwork network = new(new SctpWeather(1)) { Loses = (_, _) => true };
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.First.State == SctpState.Closed, 1000));
        Assert.Equal(9, network.Packets);
        Assert.Equal(SctpEnd.Lost, network.FirstEvents[^1].End);
        Assert.Null(network.First.NextDeadline);
    }

    [Fact]
    public void A_peer_that_is_silent_is_lost_and_one_that_answers_heartbeats_is_not()
    {
        SctpNetwork network = Connected(new SctpWeather(1));
        network.Run(3600);
        Assert.Equal(SctpState.Established, network.First.State);
        network.Loses = (_, _) => true;
        Assert.True(network.RunUntil(() => network.First.State == SctpState.Closed && network.Second.State == SctpState.Closed, 3600));
        Assert.Equal(SctpEnd.Lost, network.FirstEvents[^1].End);
    }

    [Fact]
    public void A_forged_cookie_opens_nothing()
    {
        byte[]? echo = null;
        SctpNetwork network = new(new SctpWeather(1))
        {
            Loses = (_, packet) => packet[12] == (byte)SctpChunkType.CookieEcho && (echo = packet) is not null,
        };
        network.First.Connect(network.Now);
        network.RunUntil(() => echo is not null, 5);
        for (int bit = 0; bit < (echo!.Length - 16) * 8; bit++)
        {
            byte[] forged = [.. echo];
            forged[16 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(8), SctpChecksum.Compute(forged));
            network.Inject(true, forged);
            Assert.Equal(SctpState.Closed, network.Second.State);
        }

        network.Inject(true, echo);
        Assert.Equal(SctpState.Established, network.Second.State);
    }

    [Fact]
    public void Nobody_sends_more_than_the_window_of_one_who_does_not_read()
    {
        SctpAssociationOptions small = new() { ReceiveWindow = 20_000, MaxMessageLength = 5000 };
        SctpNetwork network = Connected(new SctpWeather(1), small);
        network.TakesEvents = false;
        for (int i = 0; i < 40; i++)
        {
            Assert.True(network.First.TrySend(0, 53, new byte[5000], SctpReliability.Ordered, network.Now));
        }

        network.Run(120);
        Assert.InRange(200_000 - network.First.BufferedBytes, 10_000, 2 * 20_000);
        Assert.Equal(SctpState.Established, network.First.State);
        network.TakesEvents = true;
        network.TakeEvents();
        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0, 600));
        Assert.Equal(40, Received(network, 0).Count);
    }

    [Fact]
    public void More_than_the_limit_is_not_kept()
    {
        SctpAssociationOptions small = new() { MaxBufferedBytes = 10_000, MaxMessageLength = 8000 };
        SctpNetwork network = Connected(new SctpWeather(1), small);
        Assert.True(network.First.TrySend(0, 53, new byte[8000], SctpReliability.Ordered, network.Now));
        Assert.False(network.First.TrySend(0, 53, new byte[2001], SctpReliability.Ordered, network.Now));
        Assert.Throws<ArgumentException>(() => network.First.TrySend(0, 53, new byte[8001], SctpReliability.Ordered, network.Now));
        Assert.Throws<ArgumentException>(() => network.First.TrySend(0, 53, [], SctpReliability.Ordered, network.Now));
        Assert.Throws<ArgumentException>(() => network.First.TrySend(1024, 53, [1], SctpReliability.Ordered, network.Now));
        Assert.Throws<InvalidOperationException>(() => new SctpAssociation().TrySend(0, 53, [1], SctpReliability.Ordered, network.Now));
    }

    [Fact]
    public void A_stream_that_began_anew_counts_from_zero()
    {
        SctpNetwork network = Connected(new SctpWeather(3, Loss: 0.2, Reordering: 0.3), Patient);
        for (int round = 0; round < 5; round++)
        {
            network.SecondEvents.Clear();
            network.FirstEvents.Clear();
            for (byte i = 0; i < 10; i++)
            {
                Assert.True(network.First.TrySend(4, 51, [i], SctpReliability.Ordered, network.Now));
            }

            network.First.ResetStream(4);
            Assert.Throws<InvalidOperationException>(() => network.First.TrySend(4, 51, [1], SctpReliability.Ordered, network.Now));
            Assert.True(network.RunUntil(() => network.FirstEvents.Any(e => e.Kind == SctpEventKind.StreamReset && e.StreamId == 4)));
            Assert.Equal(10, Received(network, 4).Count);
            Assert.Equal(SctpEventKind.PeerStreamReset, network.SecondEvents[^1].Kind);
        }
    }

    [Fact]
    public void An_abort_tells_the_peer()
    {
        SctpNetwork network = Connected(new SctpWeather(1));
        network.First.Abort("enough");
        Assert.True(network.RunUntil(() => network.Second.State == SctpState.Closed, 5));
        Assert.Equal((SctpEnd.Aborted, SctpEnd.AbortedByPeer), (network.FirstEvents[^1].End, network.SecondEvents[^1].End));
        Assert.Equal(SctpCauseCode.UserInitiatedAbort, network.SecondEvents[^1].Cause);
    }

    [Theory]
    [InlineData("sack of what was never sent")]
    [InlineData("data without data")]
    [InlineData("fragments of two messages")]
    [InlineData("a message that is too long")]
    public void A_peer_that_breaks_a_rule_is_cut_off(string what)
    {
        (uint tag, uint tsn, uint sent) = (0, 0, 0);
        SctpNetwork network = new(new SctpWeather(1), new SctpAssociationOptions { MaxMessageLength = 2000 })
        {
            Sees = (isToSecond, packet) =>
            {
                if (SctpPacket.Decode(packet, out SctpPacket decoded, out _, out _) == OperationStatus.Done && packet[12] is 1 or 2)
                {
                    foreach (SctpChunk chunk in decoded)
                    {
                        tag = isToSecond ? tag : chunk.AsInit().InitiateTag;
                        tsn = isToSecond ? chunk.AsInit().InitialTsn : tsn;
                        sent = isToSecond ? sent : chunk.AsInit().InitialTsn;
                    }
                }
            },
        };
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.SecondEvents.Count > 0, 5));
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, tag);
        switch (what)
        {
            case "sack of what was never sent":
                writer.AddSack(sent, 1500, [], []);
                break;
            case "data without data":
                writer.AddChunk(SctpChunkType.Data, 3, new byte[12]);
                break;
            case "fragments of two messages":
                writer.AddData(SctpDataBits.Beginning, tsn, 1, 0, 51, [1]);
                writer.AddData(SctpDataBits.Ending, tsn + 1, 2, 0, 51, [1]);
                break;
            default:
                writer.AddData(SctpDataBits.Beginning, tsn, 1, 0, 51, new byte[1000]);
                network.Inject(true, writer.Finish().ToArray());
                writer.Begin(5000, 5000, tag);
                writer.AddData(SctpDataBits.None, tsn + 1, 1, 0, 51, new byte[1001]);
                break;
        }

        network.Inject(true, writer.Finish().ToArray());
        network.Run(1);
        Assert.Equal((SctpState.Closed, SctpEnd.Violation), (network.Second.State, network.SecondEvents[^1].End));
        Assert.Equal(SctpEnd.AbortedByPeer, network.FirstEvents[^1].End);
    }

    [Fact]
    public void What_nobody_knows_is_reported_where_it_asks_for_it_and_heartbeats_are_answered()
    {
        List<string> answers = [];
        uint tag = 0;
        SctpNetwork network = Connected(new SctpWeather(1), started: n => n.Sees = (isToSecond, packet) =>
        {
            if (SctpPacket.Decode(packet, out SctpPacket decoded, out _, out _) == OperationStatus.Done)
            {
                foreach (SctpChunk chunk in decoded)
                {
                    tag = chunk.Type == SctpChunkType.InitAck ? chunk.AsInit().InitiateTag : tag;
                    answers.Add($"{isToSecond} {chunk.Type} {Convert.ToHexString(chunk.Value)}");
                }
            }
        });
        answers.Clear();
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, tag);
        writer.AddChunk((SctpChunkType)0xFE, 0, [1, 2]);
        writer.AddChunk((SctpChunkType)0x84, 0, [1, 2]);
        writer.AddChunk(SctpChunkType.Heartbeat, 0, [0, 1, 0, 6, 7, 7]);
        writer.AddChunk((SctpChunkType)0x40, 0, [3]);
        writer.AddChunk(SctpChunkType.Heartbeat, 0, [0, 1, 0, 6, 8, 8]);
        network.Inject(true, writer.Finish().ToArray());
        Assert.Equal(["False Error 0006000AFE0000060102", "False HeartbeatAck 000100060707", "False Error 000600094000000503"], answers);
    }

    /// <summary>usrsctp#597: FORWARD-TSN over what never arrived is no reason for an ABORT.</summary>
    [Fact]
    public void Giving_up_what_never_arrived_harms_nothing()
    {
        SctpNetwork network = Connected(new SctpWeather(1), Patient);
        network.Loses = (isToSecond, packet) => isToSecond && packet[12] == (byte)SctpChunkType.Data;
        for (int i = 0; i < 3; i++)
        {
            Assert.True(network.First.TrySend(1, 53, new byte[4000], new SctpReliability(false, 0), network.Now));
        }

        Assert.True(network.RunUntil(() => network.First.BufferedBytes == 0));
        network.Loses = null;
        network.Run(5);
        Assert.True(network.First.TrySend(1, 53, [9], SctpReliability.Unordered, network.Now));
        Assert.True(network.RunUntil(() => Received(network, 1).Contains("09")));
        Assert.Equal(SctpState.Established, network.Second.State);
    }

    private static List<string> Received(SctpNetwork network, int stream)
        => [.. network.SecondEvents.Where(e => e.Kind == SctpEventKind.Message && e.StreamId == stream)
            .Select(e => Convert.ToHexString(e.Message.Payload.Span))];

    private static SctpNetwork Connected(
        SctpWeather weather, SctpAssociationOptions? options = null, bool connectsBoth = false, Action<SctpNetwork>? started = null)
    {
        SctpNetwork network = new(weather, options);
        started?.Invoke(network);
        network.First.Connect(network.Now);
        if (connectsBoth)
        {
            network.Second.Connect(network.Now);
        }

        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0), $"{weather}");
        return network;
    }
}
