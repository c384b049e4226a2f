using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketFrameWriterTests
{
    private readonly MoodyBufferWriter _output = new();

    private delegate void Call(WebSocketFrameWriter writer);

    [Fact]
    public void The_examples_of_the_specification()
    {
        WebSocketFrameWriter server = new(_output, WebSocketRole.Server);
        server.WriteFrame(WebSocketOpcode.Text, "Hel"u8, fin: false);
        server.WriteFrame(WebSocketOpcode.Continuation, "lo"u8);
        server.WriteFrame(WebSocketOpcode.Ping, "Hello"u8);
        Assert.Equal("01" + "03" + "48656C" + "80" + "02" + "6C6F" + "89" + "05" + "48656C6C6F", Convert.ToHexString(_output.Written));

        MoodyBufferWriter masked = new();
        new WebSocketFrameWriter(masked, WebSocketRole.Client, nextMaskingKey: () => 0x37FA213D).WriteFrame(WebSocketOpcode.Text, "Hello"u8);
        Assert.Equal("818537FA213D7F9F4D5158", Convert.ToHexString(masked.Written));
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public void A_frame_that_is_illegal_in_itself_throws_before_a_byte(WebSocketRole sender)
    {
        byte[] tooLong = new byte[126];
        ReadOnlySequence<byte> tooLongInPieces = Segments.Create([tooLong.AsMemory(0, 70), tooLong.AsMemory(70)]);
        Call[] calls =
        [
            w => w.WriteFrame((WebSocketOpcode)3, []),
            w => w.WriteFrame((WebSocketOpcode)7, []),
            w => w.WriteFrame((WebSocketOpcode)11, []),
            w => w.WriteFrame((WebSocketOpcode)15, []),
            w => w.WriteFrame((WebSocketOpcode)16, []),
            w => w.WriteFrame((WebSocketOpcode)0x81, []),
            w => w.WriteFrame(WebSocketOpcode.Ping, tooLong),
            w => w.WriteFrame(WebSocketOpcode.Ping, tooLongInPieces),
            w => w.BeginFrame(WebSocketOpcode.Pong, 126),
            w => w.WriteFrame(WebSocketOpcode.Ping, [], fin: false),
            w => w.WriteFrame(WebSocketOpcode.Close, [], fin: false),
            w => w.WriteFrame(WebSocketOpcode.Text, [], reservedBits: WebSocketReservedBits.Rsv2),
            w => w.WriteFrame(WebSocketOpcode.Ping, [], reservedBits: WebSocketReservedBits.Rsv1),
            w => w.WriteFrame(WebSocketOpcode.Text, [], reservedBits: (WebSocketReservedBits)8),
            w => w.BeginFrame(WebSocketOpcode.Text, -1),
            w => w.WriteFrame(WebSocketOpcode.Close, [0x03]),
            w => w.WriteFrame(WebSocketOpcode.Close, [0x03, 0xED]),
            w => w.WriteFrame(WebSocketOpcode.Close, [0x03, 0xE8, 0xFF]),
            w => w.WriteFrame(WebSocketOpcode.Close, Segments.Create([(byte[])[0x03], (byte[])[0xED]])),
            w => w.BeginFrame(WebSocketOpcode.Close, 2),
            w => w.WriteClose((WebSocketCloseCode)1005, "reason"),
            w => w.WriteClose((WebSocketCloseCode)1004),
            w => w.WriteClose(WebSocketCloseCode.NormalClosure, new string('a', 124)),
            w => w.WriteClose(WebSocketCloseCode.NormalClosure, "\ud800"),
            w => w.WriteFrame(new WebSocketPreparedFrame(WebSocketOpcode.Text, [], reservedBits: WebSocketReservedBits.Rsv3)),
        ];
        foreach (Call call in calls)
        {
            AssertRefused<ArgumentException>(sender, [], call);
        }
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public void A_frame_in_the_wrong_place_throws_before_a_byte(WebSocketRole sender)
    {
        Call fragment = w => w.WriteFrame(WebSocketOpcode.Text, [1], fin: false);
        Call close = w => w.WriteClose(WebSocketCloseCode.NormalClosure);
        Call unfinished = w => w.BeginFrame(WebSocketOpcode.Binary, 2);
        (Call[] Before, Call Refused)[] cases =
        [
            ([], w => w.WriteFrame(WebSocketOpcode.Continuation, [])),
            ([], w => w.BeginFrame(WebSocketOpcode.Continuation, 5)),
            ([], w => w.WriteFrame(new WebSocketPreparedFrame(WebSocketOpcode.Continuation, []))),
            ([], w => w.WritePayload([1])),
            ([w => w.WriteFrame(WebSocketOpcode.Text, [])], w => w.WriteFrame(WebSocketOpcode.Continuation, [])),
            ([fragment], w => w.WriteFrame(WebSocketOpcode.Binary, [])),
            ([fragment], w => w.WriteFrame(WebSocketOpcode.Text, [])),
            ([fragment], w => w.WriteFrame(new WebSocketPreparedFrame(WebSocketOpcode.Text, []))),
            ([close], w => w.WriteFrame(WebSocketOpcode.Text, [])),
            ([fragment, close], w => w.WriteFrame(WebSocketOpcode.Continuation, [])),
            ([unfinished], w => w.WriteFrame(WebSocketOpcode.Ping, [])),
            ([unfinished], w => w.WriteFrame(new WebSocketPreparedFrame(WebSocketOpcode.Ping, []))),
            ([unfinished], w => w.WriteClose()),
            ([unfinished], w => w.WritePayload([1, 2, 3])),
            ([unfinished, w => w.WritePayload([1])], w => w.WritePayload([2, 3])),
            ([w => w.WriteFrame(WebSocketOpcode.Text, [1, 2])], w => w.WritePayload([1])),
        ];
        foreach ((Call[] before, Call refused) in cases)
        {
            AssertRefused<InvalidOperationException>(sender, before, refused);
        }
    }

    [Fact]
    public void Negotiated_bits_may_stand_on_the_first_frame_of_a_message_only()
    {
        WebSocketFrameWriter writer = new(_output, WebSocketRole.Server, WebSocketReservedBits.Rsv1);
        writer.WriteFrame(WebSocketOpcode.Text, [], fin: false, WebSocketReservedBits.Rsv1);
        Assert.Throws<ArgumentException>(() => writer.WriteFrame(WebSocketOpcode.Continuation, [], fin: true, WebSocketReservedBits.Rsv1));
        writer.WriteFrame(WebSocketOpcode.Continuation, []);
        Assert.Equal("41008000", Convert.ToHexString(_output.Written));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameWriter(_output, WebSocketRole.Server, (WebSocketReservedBits)8));
    }

    [Fact]
    public void A_refused_frame_uses_up_no_key_and_changes_nothing()
    {
        uint key = 0;
        WebSocketFrameWriter writer = new(_output, WebSocketRole.Client, nextMaskingKey: () => ++key);
        Assert.Throws<InvalidOperationException>(() => writer.WriteFrame(WebSocketOpcode.Continuation, []));
        Assert.Throws<ArgumentException>(() => writer.WriteFrame(WebSocketOpcode.Ping, new byte[126]));
        writer.WriteFrame(WebSocketOpcode.Text, []);
        Assert.Equal("818000000001", Convert.ToHexString(_output.Written));
    }

    [Fact]
    public void Where_there_is_no_room_for_a_frame_it_was_never_begun()
    {
        WebSocketFrameWriter writer = new(_output, WebSocketRole.Server);
        Call[] calls =
        [
            w => w.WriteFrame(WebSocketOpcode.Text, [1], fin: false),
            w => w.WriteFrame(WebSocketOpcode.Text, new byte[20_000], fin: false),
            w => w.BeginFrame(WebSocketOpcode.Text, 5, fin: false),
            w => w.WriteFrame(new WebSocketPreparedFrame(WebSocketOpcode.Text, [1], fin: false)),
            w => w.WriteClose(),
        ];
        foreach (Call call in calls)
        {
            _output.Refuses = true;
            Assert.Throws<IOException>(() => call(writer));
            Assert.Empty(_output.Written);
            _output.Refuses = false;
        }

        writer.WriteFrame(WebSocketOpcode.Text, [1]);
        Assert.Equal("810101", Convert.ToHexString(_output.Written));
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public void Every_length_around_the_forms_and_pieces_is_the_same_bytes_whichever_way_it_is_written(WebSocketRole sender)
    {
        foreach (int length in (int[])[0, 1, 125, 126, 127, 16_369, 16_370, 16_371, 16_380, 16_384, 16_385, 40_000, 65_535, 65_536, 100_000])
        {
            byte[] payload = FrameBytes.Payload(length);
            byte[] expected = FrameBytes.From(sender, WebSocketOpcode.Binary, payload);
            Assert.Equal(expected, Write(sender, w => w.WriteFrame(WebSocketOpcode.Binary, payload)));
            Assert.Equal(
                expected,
                Write(sender, w => w.WriteFrame(WebSocketOpcode.Binary, Segments.Create(Segmentation.RandomPieces(payload, new Random(length))))));
            Assert.Equal(expected, Write(sender, w => w.WriteFrame(new WebSocketPreparedFrame(WebSocketOpcode.Binary, payload))));
            Assert.Equal(expected, Write(sender, w =>
            {
                w.BeginFrame(WebSocketOpcode.Binary, length);
                foreach (ReadOnlyMemory<byte> piece in Segmentation.RandomPieces(payload, new Random(length)))
                {
                    w.WritePayload(piece.Span);
                }
            }));
        }
    }

    [Fact]
    public void A_close_frame_may_come_in_segments()
        => Assert.Equal(
            "880403E86F6B",
            Convert.ToHexString(
                Write(
                    WebSocketRole.Server,
                    w => w.WriteFrame(WebSocketOpcode.Close, Segments.Create([(byte[])[0x03], (byte[])[0xE8, 0x6F], (byte[])[0x6B]])))));

    [Fact]
    public void WriteClose_writes_code_and_reason_or_nothing()
    {
        Assert.Equal("8800", Convert.ToHexString(Write(WebSocketRole.Server, w => w.WriteClose())));
        Assert.Equal("880203E8", Convert.ToHexString(Write(WebSocketRole.Server, w => w.WriteClose(WebSocketCloseCode.NormalClosure))));
        Assert.Equal("880503E9E282AC", Convert.ToHexString(Write(WebSocketRole.Server, w => w.WriteClose(WebSocketCloseCode.GoingAway, "€"))));
    }

    [Fact]
    public void A_client_masks_every_frame_with_a_fresh_key()
    {
        WebSocketFrameWriter writer = new(_output, WebSocketRole.Client);
        WebSocketPreparedFrame prepared = new(WebSocketOpcode.Binary, new byte[8]);
        for (int i = 0; i < 100; i++)
        {
            writer.WriteFrame(prepared);
        }

        // The payload is zeros, so what is on the wire is the key, twice more.
        List<uint> keys = [];
        foreach (byte[] frame in _output.Written.Chunk(14))
        {
            Assert.Equal(frame[2..6], frame[6..10]);
            Assert.Equal(frame[2..6], frame[10..14]);
            keys.Add(BitConverter.ToUInt32(frame, 2));
        }

        Assert.True(keys.Distinct().Count() > 98);
    }

    [Fact]
    public void A_prepared_frame_is_checked_when_it_is_prepared()
    {
        byte[] payload = [1, 2, 3];
        WebSocketPreparedFrame frame = new(WebSocketOpcode.Text, payload, fin: false, WebSocketReservedBits.Rsv1);
        payload[0] = 9;
        Assert.Equal("4103010203", Convert.ToHexString(frame.Bytes.Span));
        Assert.Equal([1, 2, 3], frame.Payload.ToArray());
        Assert.Equal(new WebSocketFrameHeader(WebSocketOpcode.Text, 3, fin: false, WebSocketReservedBits.Rsv1), frame.Header);

        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame((WebSocketOpcode)3, []));
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame((WebSocketOpcode)16, []));
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame(WebSocketOpcode.Ping, new byte[126]));
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame(WebSocketOpcode.Ping, [], fin: false));
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame(WebSocketOpcode.Ping, [], reservedBits: WebSocketReservedBits.Rsv1));
        Assert.ThrowsAny<ArgumentException>(
            () => new WebSocketPreparedFrame(WebSocketOpcode.Continuation, [], reservedBits: WebSocketReservedBits.Rsv1));
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame(WebSocketOpcode.Close, [0x03, 0xED]));
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketPreparedFrame(WebSocketOpcode.Text, [], reservedBits: (WebSocketReservedBits)8));
    }

    [Fact]
    public void A_writer_needs_an_output_and_a_frame()
    {
        Assert.Throws<ArgumentNullException>(() => new WebSocketFrameWriter(null!, WebSocketRole.Server));
        Assert.Throws<ArgumentNullException>(() => new WebSocketFrameWriter(_output, WebSocketRole.Server).WriteFrame(null!));
    }

    private static byte[] Write(WebSocketRole sender, Action<WebSocketFrameWriter> write)
    {
        MoodyBufferWriter output = new();
        write(new WebSocketFrameWriter(output, sender, nextMaskingKey: () => FrameBytes.Key));
        return output.Written;
    }

    private static void AssertRefused<TException>(WebSocketRole sender, Call[] before, Call refused)
        where TException : Exception
    {
        MoodyBufferWriter output = new();
        WebSocketFrameWriter writer = new(output, sender, WebSocketReservedBits.Rsv1);
        Array.ForEach(before, call => call(writer));
        byte[] written = output.Written;
        Assert.ThrowsAny<TException>(() => refused(writer));
        Assert.Equal(written, output.Written);
    }
}
