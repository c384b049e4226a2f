using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>What a peer may answer to a request to begin a stream of ours anew (RFC 6525 §4.4): each result by itself.</summary>
public class SctpResetAnswerTests
{
    private readonly List<byte[]> _requests = [];
    private uint _firstTag;

    [Theory]
    [InlineData(0, SctpEventKind.StreamReset)]
    [InlineData(1, SctpEventKind.StreamReset)]
    [InlineData(2, SctpEventKind.StreamResetRefused)]
    [InlineData(3, SctpEventKind.StreamResetRefused)]
    [InlineData(4, SctpEventKind.StreamResetRefused)]
    [InlineData(5, SctpEventKind.StreamResetRefused)]
    [InlineData(7, SctpEventKind.StreamResetRefused)]
    public void A_result_is_done_or_refused(uint result, SctpEventKind kind)
    {
        SctpNetwork network = Asked(out uint sequence);
        Answer(network, sequence, result);
        Assert.Equal((kind, 4), (network.FirstEvents[^1].Kind, network.FirstEvents[^1].StreamId));

        // Answered again, nothing more happens; and where it was refused, numbers go on where they were.
        Answer(network, sequence, 1);
        Assert.Single(network.FirstEvents, e => e.Kind is SctpEventKind.StreamReset or SctpEventKind.StreamResetRefused);
        Assert.Equal(kind == SctpEventKind.StreamReset ? 0 : 1, NextNumber(network));
    }

    /// <summary>"In progress" is no answer yet: the same request comes again, and a peer that is at it for long is not lost.</summary>
    [Fact]
    public void A_peer_that_is_at_it_is_asked_again()
    {
        SctpNetwork network = Asked(out uint sequence);
        for (int i = 0; i < 40; i++)
        {
            int before = _requests.Count;
            Answer(network, sequence, 6);
            Assert.DoesNotContain(network.FirstEvents, e => e.Kind != SctpEventKind.Connected && e.Kind != SctpEventKind.Message);
            Assert.True(network.RunUntil(() => _requests.Count > before, 3));
            Assert.Equal(sequence, BinaryPrimitives.ReadUInt32BigEndian(_requests[^1].AsSpan(4)));
        }

        Answer(network, sequence, 1);
        Assert.Equal((SctpEventKind.StreamReset, SctpState.Established), (network.FirstEvents[^1].Kind, network.First.State));
    }

    /// <summary>A channel whose stream does not begin anew is closed all the same, and its id is used no more.</summary>
    [Fact]
    public void A_channel_that_the_peer_does_not_let_go_is_closed()
    {
        TimeSpan now = TimeSpan.Zero;
        DataChannelAssociation first = new(isDtlsClient: true);
        SctpAssociation second = new();
        first.Connect(now);
        uint tag = 0;
        List<SctpChunkType> answered = [];
        Exchange();
        DataChannel channel = first.Open("stubborn", now);
        Exchange();
        first.Close(channel);
        Exchange();
        Assert.Equal([SctpChunkType.Reconfig], answered);
        Assert.Equal(DataChannelState.Closed, channel.State);
        Assert.Empty(first.Channels);

        // What still comes on the stream is left alone, and the next channel has another id.
        Assert.True(second.TrySend(0, 51, "still here"u8, SctpReliability.Ordered, now));
        Exchange();
        Assert.Single(answered);
        Assert.Equal(2, first.Open("next", now).Id);

        void Exchange()
        {
            for (int i = 0; i < 6; i++)
            {
                now += TimeSpan.FromMilliseconds(250);
                first.Advance(now);
                second.Advance(now);
                while (first.TryGetPacket(TimeSpan.Zero, out ReadOnlyMemory<byte> packet))
                {
                    tag = packet.Span[12] == (byte)SctpChunkType.Init ? BinaryPrimitives.ReadUInt32BigEndian(packet.Span[16..]) : tag;
                    if (Requests(packet.Span) is [var request])
                    {
                        answered.Add(SctpChunkType.Reconfig);
                        first.Receive(Response(tag, BinaryPrimitives.ReadUInt32BigEndian(request.AsSpan(4)), 2), now);
                    }
                    else
                    {
                        second.Receive(packet.Span, now);
                    }
                }

                while (second.TryGetPacket(TimeSpan.Zero, out ReadOnlyMemory<byte> packet))
                {
                    first.Receive(packet.Span, now);
                }

                while (first.TryGetEvent(TimeSpan.Zero, out _) || second.TryGetEvent(out _))
                {
                }
            }
        }
    }

    private static byte[] Response(uint tag, uint sequence, uint result)
    {
        SctpPacketWriter writer = new(1200);
        writer.Begin(5000, 5000, tag);
        writer.BeginChunk(SctpChunkType.Reconfig);
        byte[] value = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(value, sequence);
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4), result);
        writer.AddParameter((int)SctpParameterType.ReconfigResponse, value);
        writer.EndChunk();
        return writer.Finish().ToArray();
    }

    /// <summary>The requests in a packet, with the headers of their parameters.</summary>
    private static List<byte[]> Requests(ReadOnlySpan<byte> packet)
    {
        List<byte[]> requests = [];
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(packet, out SctpPacket decoded, out _, out _));
        foreach (SctpChunk chunk in decoded)
        {
            if (chunk.Type == SctpChunkType.Reconfig && BinaryPrimitives.ReadUInt16BigEndian(chunk.Value) == (int)SctpParameterType.OutgoingReset)
            {
                requests.Add(chunk.Value.ToArray());
            }
        }

        return requests;
    }

    /// <summary>An association whose first has sent a message on stream 4 and asked for it to begin anew; the second does not hear that.</summary>
    private SctpNetwork Asked(out uint sequence)
    {
        SctpNetwork network = new(new SctpWeather(1))
        {
            Sees = (isToSecond, packet) =>
            {
                if (isToSecond)
                {
                    _firstTag = packet[12] == (byte)SctpChunkType.Init ? BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(16)) : _firstTag;
                    _requests.AddRange(Requests(packet));
                }
            },
        };
        network.First.Connect(network.Now);
        Assert.True(network.RunUntil(() => network.FirstEvents.Count > 0 && network.SecondEvents.Count > 0, 5));
        Assert.True(network.First.TrySend(4, 51, [1], SctpReliability.Ordered, network.Now));
        network.Loses = (isToSecond, packet) => isToSecond && Requests(packet).Count > 0;
        network.First.ResetStream(4);
        Assert.True(network.RunUntil(() => _requests.Count > 0, 5));
        sequence = BinaryPrimitives.ReadUInt32BigEndian(_requests[0].AsSpan(4));
        return network;
    }

    private void Answer(SctpNetwork network, uint sequence, uint result) => network.Inject(false, Response(_firstTag, sequence, result));

    /// <summary>The number of the next message of stream 4.</summary>
    private static int NextNumber(SctpNetwork network)
    {
        int number = -1;
        network.Sees = (isToSecond, packet) =>
        {
            Assert.Equal(OperationStatus.Done, SctpPacket.Decode(packet, out SctpPacket decoded, out _, out _));
            foreach (SctpChunk chunk in decoded)
            {
                number = isToSecond && chunk.Type == SctpChunkType.Data ? chunk.AsData().SequenceNumber : number;
            }
        };
        Assert.True(network.First.TrySend(4, 51, [1], SctpReliability.Ordered, network.Now));
        network.RunUntil(() => number >= 0, 5);
        return number;
    }
}
