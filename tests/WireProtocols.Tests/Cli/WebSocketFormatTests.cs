using System.IO.Compression;
using System.Text;

namespace WireProtocols.Tests.Cli;

public class WebSocketFormatTests
{
    [Fact]
    public async Task A_frame_has_a_row_with_its_header_and_its_payload_unmasked()
    {
        // RFC 6455 §5.7: "A single-frame masked text message"
        WireResult result = await DecodeAsync("818537fa213d7f9f4d5158", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"frame","offset":0,"headerLength":6,"fin":true,"rsv":0,"opcode":"text","masked":true"""
                    + ""","maskingKey":"37fa213d","length":5,"payload":"SGVsbG8=","text":"Hello"}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task A_close_frame_adds_code_and_reason()
    {
        WireResult result = await DecodeAsync("880503e8627965", "--from", "server", "--json");
        Assert.Equal(
            [
                """{"kind":"frame","offset":0,"headerLength":2,"fin":true,"rsv":0,"opcode":"close","masked":false,"length":5"""
                    + ""","payload":"A+hieWU=","closeCode":1000,"closeReason":"bye"}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task The_view_names_every_bit_and_previews_the_payload()
    {
        WireResult result = await DecodeAsync("818537fa213d7f9f4d5158");
        Assert.Equal(
            """
            @0  text frame, masked, 5 bytes
                1... ....  FIN: the last fragment
                .000 ....  RSV: none
                .... 0001  opcode: text (1)
                1... ....  MASK: masked
                .000 0101  length: 5 bytes
                masking key: 37fa213d
                payload: 5 bytes
                    00000000  48 65 6c 6c 6f                                    Hello

            """,
            result.Text);
    }

    [Fact]
    public async Task The_preview_is_as_long_as_asked()
    {
        WireResult result = await DecodeAsync("821400010203040506070809" + "0a0b0c0d0e0f10111213", "--from", "server", "--max-payload", "18");
        Assert.EndsWith(
            """
                payload: 20 bytes
                    00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  ................
                    00000010  10 11                                             ..
                    … 2 bytes more (--max-payload shows more)

            """.TrimEnd(' '),
            result.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8100", "client", "MaskMissing", 1, 1002, "RFC 6455 §5.1")]
    [InlineData("818000000000", "server", "MaskForbidden", 1, 1002, "RFC 6455 §5.1")]
    [InlineData("8300", "server", "ReservedOpcode", 0, 1002, "RFC 6455 §5.2")]
    [InlineData("c100", "server", "ReservedBitSet", 0, 1002, "RFC 6455 §5.2")]
    [InlineData("0900", "server", "FragmentedControlFrame", 0, 1002, "RFC 6455 §5.5")]
    [InlineData("897e", "server", "ControlFrameTooLong", 1, 1002, "RFC 6455 §5.5")]
    [InlineData("827e007d", "server", "NonMinimalLength", 3, 1002, "RFC 6455 §5.2")]
    [InlineData("827f8000", "server", "LengthTopBitSet", 2, 1002, "RFC 6455 §5.2")]
    [InlineData("827f0000000004000001", "server", "FrameTooLarge", 9, 1009, "RFC 6455 §10.4")]
    [InlineData("8000", "server", "UnexpectedContinuation", 0, 1002, "RFC 6455 §5.4")]
    [InlineData("01008100", "server", "ExpectedContinuation", 2, 1002, "RFC 6455 §5.4")]
    [InlineData("88008100", "server", "DataAfterClose", 2, 1002, "RFC 6455 §5.5.1")]
    [InlineData("880103", "server", "CloseCodeTruncated", 2, 1002, "RFC 6455 §5.5.1")]
    [InlineData("880203ee", "server", "InvalidCloseCode", 2, 1002, "RFC 6455 §7.4")]
    [InlineData("880403e8c328", "server", "InvalidCloseReason", 5, 1007, "RFC 6455 §5.5.1")]
    [InlineData("810348ff65", "server", "InvalidText", 3, 1007, "RFC 6455 §8.1")]
    [InlineData("0102e2828001ff", "server", "InvalidText", 6, 1007, "RFC 6455 §8.1")]
    [InlineData("8101c3", "server", "InvalidText", 3, 1007, "RFC 6455 §8.1")]
    [InlineData("81", "server", "UnexpectedEnd", 1, 1006, "RFC 6455 §7.1.7")]
    [InlineData("810548656c", "server", "UnexpectedEnd", 5, 1006, "RFC 6455 §7.1.7")]
    public async Task A_violation_is_the_last_row(string hex, string from, string code, int offset, int closeCode, string spec)
    {
        WireResult result = await DecodeAsync(hex, "--from", from, "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},"message":""", result.Lines[^1], StringComparison.Ordinal);
        Assert.Contains($$""","spec":"{{spec}}","closeCode":{{closeCode}}""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_names_the_option_that_raises_it()
    {
        byte[] frame = [0x82, 126, 0x04, 0x00, .. new byte[1024]];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(frame, "websocket", "--from", "server", "--json", "--max-element", "1023");
        Assert.Contains("--max-element", result.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(ExitStatus.Ok, (await Wire.RunAsync(frame, "decode", "websocket", "--from", "server", "--max-element", "1024")).Status);
    }

    [Fact]
    public async Task Lenient_shows_illegal_frames_and_goes_on()
    {
        WireResult result = await DecodeAsync("810548656cff6f" + "838001020304" + "827e000100" + "880103" + "8300", "--lenient", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(
            [
                "frame 0", "MaskMissing 1", "InvalidText 5", "frame 7", "ReservedOpcode 7", "frame 13", "MaskMissing 14", "frame 18",
                "MaskMissing 19", "frame 21", "ReservedOpcode 21",
            ],
            result.Lines.Select(Summarize));
    }

    [Fact]
    public async Task Deflate_allows_the_compressed_bit_on_the_first_frame_of_a_message()
    {
        Assert.Equal(ExitStatus.Ok, (await DecodeAsync("4103f248cd80 04c9c90700", "--from", "server", "--deflate")).Status);
        Assert.Equal(ExitStatus.Violation, (await DecodeAsync("4103f248cdc004c9c90700", "--from", "server", "--deflate")).Status);
    }

    [Fact]
    public async Task Messages_join_fragments_and_control_frames_are_rows_between_them()
    {
        WireResult result = await DecodeAsync("010348656c" + "8900" + "80026c6f" + "8200" + "880203e8", "--from", "server", "--messages", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"control","opcode":"ping","offset":5,"length":0,"payload":""}""",
                """{"kind":"message","type":"text","length":5,"payload":"SGVsbG8=","text":"Hello"}""",
                """{"kind":"message","type":"binary","length":0,"payload":""}""",
                """{"kind":"control","opcode":"close","offset":13,"length":2,"payload":"A+g=","closeCode":1000,"closeReason":""}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task The_view_of_messages_says_a_word_on_control_frames()
    {
        WireResult result = await DecodeAsync("010348656c" + "89021b61" + "80026c6f" + "880603e86279650a", "--from", "server", "--messages");
        Assert.Equal(
            """
            @5  ping: "\u{1b}a"
            @0  text message, 5 bytes, in 2 fragments
                payload: 5 bytes
                    00000000  48 65 6c 6c 6f                                    Hello
            @13  close: 1000 (NormalClosure) "bye\n"

            """,
            result.Text);
    }

    [Fact]
    public async Task An_input_that_ends_between_the_fragments_of_a_message_ends_inside_it()
    {
        WireResult result = await DecodeAsync("010348656c" + "8900", "--from", "server", "--messages", "--json");
        Assert.Equal(["control 5", "UnexpectedEnd 7"], result.Lines.Select(Summarize));
        Assert.Equal(ExitStatus.Violation, result.Status);
    }

    [Theory]
    // RFC 7692 §7.2.3.1 to §7.2.3.4: one frame, fragments, sharing the window, no compression, BFINAL set.
    [InlineData("c107f248cdc9c90700", new[] { "Hello" })]
    [InlineData("4103f248cd8004c9c90700", new[] { "Hello" })]
    [InlineData("c107f248cdc9c90700" + "c105f200110000", new[] { "Hello", "Hello" })]
    [InlineData("c10b000500faff48656c6c6f00", new[] { "Hello" })]
    [InlineData("c108f348cdc9c9070000" + "c107f248cdc9c90700" + "c105f200110000", new[] { "Hello", "Hello", "Hello" })]
    [InlineData("c10100" + "8100" + "c107f248cdc9c90700", new[] { "", "", "Hello" })]
    public async Task Compressed_messages_are_inflated(string hex, string[] messages)
    {
        WireResult result = await DecodeAsync(hex, "--from", "server", "--messages", "--deflate", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            messages.Select(
                m => $$"""{"kind":"message","type":"text","length":{{m.Length}}"""
                    + $$""","payload":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(m))}}","text":"{{m}}"}"""),
            result.Lines);
    }

    [Fact]
    public async Task A_message_that_inflates_past_the_limit_stops_there()
    {
        using MemoryStream deflated = new();
        using (DeflateStream stream = new(deflated, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            stream.Write(new byte[1_000_000]);
        }

        byte[] payload = [.. deflated.ToArray(), 0x00];
        byte[] frame = [0xC2, 126, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(
            frame, "ws", "--from", "server", "--messages", "--deflate", "--json", "--max-element", "100000");
        Assert.Equal(["MessageTooLarge 0"], result.Lines.Select(Summarize));
    }

    [Fact]
    public async Task Bytes_that_do_not_inflate_are_a_violation_of_their_own()
    {
        WireResult result = await DecodeAsync("8100" + "c102ffff", "--from", "server", "--messages", "--deflate", "--json");
        Assert.Equal("InvalidCompression 2", Summarize(result.Lines[^1]));
    }

    [Fact]
    public async Task A_compressed_message_that_is_cut_off_does_not_inflate()
    {
        WireResult result = await DecodeAsync("c104f248cdc9", "--from", "server", "--messages", "--deflate", "--json");
        Assert.Equal(["InvalidCompression 0"], result.Lines.Select(Summarize));
        Assert.Contains("\"closeCode\":1007", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_of_a_compressed_message_says_where_it_was_and_what_crossed_the_wire()
    {
        WireResult result = await DecodeAsync("8a00" + "4103f248cd" + "8900" + "8004c9c90700", "--from", "server", "--messages", "--deflate");
        Assert.Equal(
            """
            @0  pong
            @7  ping
            @2  text message, 5 bytes, in 2 fragments, compressed to 7
                payload: 5 bytes
                    00000000  48 65 6c 6c 6f                                    Hello

            """,
            result.Text);
    }

    [Fact]
    public async Task Messages_are_never_lenient()
        => Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "decode", "websocket", "--messages", "--lenient")).Status);

    [Fact]
    public async Task Fragments_count_towards_the_limit_of_a_message()
    {
        byte[] fragment = [0x02, 100, .. new byte[100]];
        byte[] rest = [0x00, 100, .. new byte[100]];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(
            [.. fragment, .. rest], "ws", "--from", "server", "--messages", "--json", "--max-element", "150");
        Assert.Equal(["MessageTooLarge 102"], result.Lines.Select(Summarize));
    }

    [Theory]
    [InlineData("818537fa213d7f9f4d5158" + "010348656c" + "8900" + "80026c6f" + "880503e8627965")]
    [InlineData("827e000148" + "827f000000000000000148" + "8b80deadbeef" + "f100")]
    public async Task Encode_makes_the_same_bytes_again_legal_or_not(string hex)
    {
        byte[] input = Convert.FromHexString(hex);
        WireResult rows = await Wire.RunAsync(input, "decode", "websocket", "--lenient", "--json");
        string frames = string.Join('\n', rows.Lines.Where(l => l.Contains("\"frame\"", StringComparison.Ordinal)));
        Assert.Equal(input, (await Wire.RunAsync(frames, "encode", "websocket")).Output);
    }

    [Theory]
    [InlineData("""{"kind":"frame","opcode":"text","payload":"SGVsbG8=","text":"Hello"}""", "810548656c6c6f")]
    [InlineData("""{"kind":"message","type":"binary","length":1,"payload":"AA=="}""", "820100")]
    [InlineData("""{"kind":"frame","opcode":"close","closeCode":1000,"closeReason":"bye"}""", "880503e8627965")]
    [InlineData("""{"kind":"frame","opcode":"ping","fin":false,"rsv":4,"maskingKey":"01020304","payload":"AAA="}""", "49820102030401 02")]
    public async Task Encode_fills_in_what_a_row_leaves_out(string row, string hex)
        => Assert.Equal(
            Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)),
            (await Wire.RunAsync(row, "encode", "ws", "--from", "server")).Output);

    [Fact]
    public async Task Encode_masks_for_a_client()
    {
        WireResult bytes = await Wire.RunAsync("""{"kind":"message","type":"text","payload":"SGVsbG8=","text":"Hello"}""", "encode", "websocket");
        WireResult rows = await Wire.RunAsync(bytes.Output, "decode", "websocket", "--messages", "--json");
        Assert.Equal(["""{"kind":"message","type":"text","length":5,"payload":"SGVsbG8=","text":"Hello"}"""], rows.Lines);
    }

    [Theory]
    [InlineData("""{"kind":"frame","opcode":"texts"}""", "no opcode")]
    [InlineData("""{"kind":"frame","opcode":"text","payload":"AA==","length":2}""", "\"length\"")]
    [InlineData("""{"kind":"frame","opcode":"text","rsv":8}""", "\"rsv\"")]
    [InlineData("""{"kind":"frame","opcode":"text","maskingKey":"01"}""", "\"maskingKey\"")]
    [InlineData("""{"kind":"frame","opcode":"text","masked":true,"headerLength":4}""", "\"headerLength\"")]
    [InlineData("""{"kind":"frame","opcode":"close","closeCode":1006}""", "1006")]
    public async Task Encode_refuses_a_row_that_contradicts_itself(string row, string says)
    {
        WireResult result = await Wire.RunAsync(row, "encode", "websocket");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task The_sender_is_a_client_or_a_server()
        => Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "decode", "websocket", "--from", "nobody")).Status);

    private static Task<WireResult> DecodeAsync(string hex, params string[] options)
        => Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), ["websocket", .. options]);

    private static string Summarize(string row)
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(row);
        string kind = document.RootElement.GetProperty("kind").GetString()!;
        return (kind == "error" ? document.RootElement.GetProperty("code").GetString() : kind) + " "
            + document.RootElement.GetProperty("offset").GetInt64();
    }
}
