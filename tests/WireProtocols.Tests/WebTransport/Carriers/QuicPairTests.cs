using System.Text;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>A pair of carriers in memory: what QUIC promises holds on the worst network, and nothing more does.</summary>
public class QuicPairTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    [Fact]
    public void Without_faults_everything_arrives_at_once_and_in_order()
    {
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(new QuicPairOptions { MaxPacketSize = 2 });
        first.SendStream(0, "abc"u8, endStream: true);
        first.SendDatagram("d"u8);
        first.SendStream(4, "e"u8, endStream: false);
        first.ResetStream(4, 7, 0);
        first.StopSending(1, 8);
        first.Close(9, "bye");
        Assert.Equal(["0+ab", "0+c end", "datagram d", "4+e", "4 reset 7 of 1", "1 stop 8", "close 9 bye"], Read(second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void On_the_worst_network_streams_are_whole_and_in_order_and_datagrams_arrive_or_not(int seed)
    {
        ManualTimeProvider time = new();
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(Worst(time, seed));
        StringBuilder[] sent = [new(), new(), new()];
        for (int i = 0; i < 300; i++)
        {
            string text = $"[{i}]";
            sent[i % 3].Append(text);
            first.SendStream(4 * (i % 3), Encoding.ASCII.GetBytes(text), endStream: i >= 297);
            first.SendDatagram([(byte)i]);
        }

        Assert.Empty(Read(second));
        time.Advance(Longest);
        List<QuicEvent> events = [.. ReadEvents(second)];
        for (int stream = 0; stream < 3; stream++)
        {
            QuicEvent[] own = [.. events.Where(e => e.Kind == QuicEventKind.Stream && e.StreamId == 4 * stream)];
            Assert.Equal(sent[stream].ToString(), string.Concat(own.Select(e => Encoding.ASCII.GetString(e.Data.Span))));
            Assert.True(own[^1].EndStream);
        }

        byte[] datagrams = [.. events.Where(e => e.Kind == QuicEventKind.Datagram).Select(e => e.Data.Span[0])];
        Assert.InRange(datagrams.Length, 1, 299);
        Assert.NotEqual(datagrams.Order(), datagrams);
    }

    [Fact]
    public void One_seed_repeats_itself_and_another_does_not()
    {
        Assert.Equal(Datagrams(5), Datagrams(5));
        Assert.NotEqual(Datagrams(5), Datagrams(6));

        static List<string> Datagrams(int seed)
        {
            ManualTimeProvider time = new();
            (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(Worst(time, seed));
            for (char letter = 'a'; letter <= 'z'; letter++)
            {
                first.SendDatagram([(byte)letter]);
            }

            time.Advance(Longest);
            return Read(second);
        }
    }

    [Theory]
    [InlineData(true, "0+abc|0 reset 7 of 6")]
    [InlineData(false, "0 reset 7 of 6")]
    public void A_reset_waits_for_the_reliable_size_where_there_is_one(bool reliable, string expected)
    {
        ManualTimeProvider time = new();

        // With this seed the first packet is lost, and nothing else.
        int seed = Enumerable.Range(0, 1000).First(s => Losses(s) == "1000");
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(new QuicPairOptions
        {
            TimeProvider = time,
            Loss = 0.5,
            Seed = seed,
            SupportsReliableReset = reliable,
        });
        first.SendStream(0, "abc"u8, endStream: false);
        first.SendStream(0, "def"u8, endStream: false);
        first.ResetStream(0, 7, 3);
        time.Advance(Longest);
        Assert.Equal(expected, string.Join('|', Read(second)));

        static string Losses(int seed)
        {
            ManualTimeProvider time = new();
            (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(new QuicPairOptions { TimeProvider = time, Loss = 0.5, Seed = seed });
            for (int i = 0; i < 4; i++)
            {
                first.SendDatagram([(byte)('0' + i)]);
            }

            List<string> arrived = Read(second);
            return string.Concat(Enumerable.Range(0, 4).Select(i => arrived.Contains($"datagram {i}") ? '0' : '1'));
        }
    }

    [Fact]
    public async Task The_end_that_is_disposed_of_ends_the_others_reading_behind_what_was_sent()
    {
        ManualTimeProvider time = new();
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(Worst(time, 1));
        first.SendStream(0, "abc"u8, endStream: true);
        await first.DisposeAsync();
        await first.DisposeAsync();
        first.SendStream(4, "late"u8, endStream: true);
        time.Advance(Longest);
        Assert.Equal(["0+abc end"], Read(second));
        Assert.False(await second.WaitToReadAsync());
    }

    [Fact]
    public void Settings_of_a_network_that_there_is_not_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuicPairOptions { Loss = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuicPairOptions { Reordering = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuicPairOptions { Delay = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuicPairOptions { MaxPacketSize = 0 });
    }

    [Fact]
    public void Sessions_over_the_worst_network_lose_no_stream_data_and_no_close()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            (string received, string closed) = RunSession(seed);
            Assert.True(received == "hello, here is a stream", $"seed {seed}: {received}");
            Assert.True(closed is "1 ErrorReason", $"seed {seed}: {closed}");
        }
    }

    /// <summary>
    /// A client sends a stream, which the server acknowledges, and then closes; it also stops reading, which may overtake the close.
    /// </summary>
    private static (string Received, string Closed) RunSession(int seed)
    {
        ManualTimeProvider time = new();
        (IQuicCarrier clientEnd, IQuicCarrier serverEnd) = QuicCarrier.CreatePair(Worst(time, seed) with { MaxPacketSize = 3 });
        using WebTransportConnection client = new(WebTransportRole.Client, clientEnd);
        using WebTransportConnection server = new(WebTransportRole.Server, serverEnd);
        StringBuilder received = new();
        string closed = "";
        for (int round = 0; round < 40 && closed.Length == 0; round++)
        {
            time.Advance(Longest);
            Feed(serverEnd, server, item =>
            {
                switch (item.Kind)
                {
                    case WebTransportEventKind.SessionRequested:
                        item.Session!.Accept();
                        break;
                    case WebTransportEventKind.StreamData:
                        received.Append(Encoding.ASCII.GetString(item.Data.Span));
                        break;
                    case WebTransportEventKind.StreamFinished:
                        item.Session!.Send(item.StreamId, "ok"u8, endStream: true);
                        break;
                    case WebTransportEventKind.SessionClosed:
                        closed = $"{item.Code} {item.Reason}";
                        break;
                }
            });
            Feed(clientEnd, client, item =>
            {
                switch (item.Kind)
                {
                    case WebTransportEventKind.Ready:
                        client.Connect("example.com", "/");
                        break;
                    case WebTransportEventKind.SessionOpened:
                        Assert.True(item.Session!.TryOpenStream(WebTransportStreamDirection.Bidirectional, out long id));
                        item.Session.Send(id, "hello, here is a stream"u8, endStream: true);
                        break;
                    case WebTransportEventKind.StreamFinished:
                        item.Session!.Close(1, "ErrorReason");
                        clientEnd.StopSending(item.Session.Id, WebTransportErrorCode.SessionGone);
                        break;
                }
            });
        }

        return (received.ToString(), closed);
    }

    private static void Feed(IQuicCarrier carrier, WebTransportConnection connection, Action<WebTransportEvent> handle)
    {
        while (carrier.TryRead(out QuicEvent item))
        {
            switch (item.Kind)
            {
                case QuicEventKind.Stream:
                    connection.ReceiveStream(item.StreamId, item.Data, item.EndStream);
                    break;
                case QuicEventKind.Reset:
                    connection.ReceiveReset(item.StreamId, item.ErrorCode, item.FinalSize ?? -1);
                    break;
                case QuicEventKind.StopSending:
                    connection.ReceiveStopSending(item.StreamId, item.ErrorCode);
                    break;
            }

            while (connection.TryRead(out WebTransportEvent happened))
            {
                handle(happened);
            }
        }
    }

    private static QuicPairOptions Worst(TimeProvider time, int seed) => new()
    {
        TimeProvider = time,
        Seed = seed,
        Delay = TimeSpan.FromMilliseconds(10),
        Loss = 0.2,
        Reordering = 0.3,
    };

    private static List<string> Read(IQuicCarrier carrier) => [.. ReadEvents(carrier).Select(Describe)];

    private static IEnumerable<QuicEvent> ReadEvents(IQuicCarrier carrier)
    {
        while (carrier.TryRead(out QuicEvent item))
        {
            yield return item;
        }
    }

    private static string Describe(QuicEvent item) => item.Kind switch
    {
        QuicEventKind.Stream => $"{item.StreamId}+{Encoding.ASCII.GetString(item.Data.Span)}{(item.EndStream ? " end" : "")}",
        QuicEventKind.Datagram => $"datagram {Encoding.ASCII.GetString(item.Data.Span)}",
        QuicEventKind.Reset => $"{item.StreamId} reset {item.ErrorCode} of {item.FinalSize}",
        QuicEventKind.StopSending => $"{item.StreamId} stop {item.ErrorCode}",
        _ => $"close {item.ErrorCode} {item.Reason}",
    };
}
