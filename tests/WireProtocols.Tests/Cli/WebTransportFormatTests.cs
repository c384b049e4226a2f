using FsCheck;
using FsCheck.Fluent;

namespace WireProtocols.Tests.Cli;

public class WebTransportFormatTests
{
    [Theory]
    [InlineData(
        "6843090000123462796520 21",
        """{"kind":"capsule","offset":0,"type":10307,"typeName":"WT_CLOSE_SESSION","length":9,"payload":"AAASNGJ5ZSAh","fields":{"code":4660"""
            + ""","reason":"bye !"}}""")]
    [InlineData("800078ae00", """{"kind":"capsule","offset":0,"type":30894,"typeName":"WT_DRAIN_SESSION","length":0,"payload":"","fields":{}}""")]
    [InlineData("0003616263", """{"kind":"capsule","offset":0,"type":0,"typeName":"DATAGRAM","length":3"""
        + ""","payload":"YWJj","text":"abc","fields":{}}""")]
    [InlineData(
        "990b4d3904170740 05",
        """{"kind":"capsule","offset":0,"type":420171065,"typeName":"WT_RESET_STREAM","length":4,"payload":"FwdABQ==","fields":{"streamId":23"""
            + ""","code":7,"reliableSize":5}}""")]
    [InlineData(
        "990b4d3a021707",
        """{"kind":"capsule","offset":0,"type":420171066,"typeName":"WT_STOP_SENDING","length":2,"payload":"Fwc=","fields":{"streamId":23"""
            + ""","code":7}}""")]
    [InlineData(
        "990b4d3b034017ab",
        """{"kind":"capsule","offset":0,"type":420171067,"typeName":"WT_STREAM","length":3,"payload":"QBer","fields":{"streamId":23,"fin":true"""
            + ""","data":"qw=="}}""")]
    [InlineData(
        "990b4d3e031744d2",
        """{"kind":"capsule","offset":0,"type":420171070,"typeName":"WT_MAX_STREAM_DATA","length":3,"payload":"F0TS","fields":{"streamId":23"""
            + ""","maximum":1234}}""")]
    [InlineData(
        "990b4d400117",
        """{"kind":"capsule","offset":0,"type":420171072,"typeName":"WT_MAX_STREAMS","length":1,"payload":"Fw==","fields":{"maximum":23}}""")]
    [InlineData("453906666f6f626172", """{"kind":"capsule","offset":0,"type":1337,"length":6,"payload":"Zm9vYmFy","text":"foobar"}""")]
    public async Task A_capsule_is_a_row_with_the_fields_of_its_type(string hex, string row)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Bytes(hex), "capsule", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal([row], result.Lines);
    }

    [Theory]
    [InlineData("draft-16", true)]
    [InlineData("draft-15", true)]
    [InlineData("draft-14", false)]
    [InlineData("draft-07", false)]
    [InlineData("draft-02", false)]
    public async Task The_dialect_says_which_stream_capsule_ends_a_stream(string dialect, bool fin)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Bytes("990b4d3b0117"), "capsule", "--json", "--dialect", dialect);
        Assert.Contains($"\"fin\":{(fin ? "true" : "false")}", result.Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("draft-01")]
    [InlineData("draft-17")]
    [InlineData("15")]
    public async Task A_dialect_that_there_is_not_is_a_usage_error(string dialect)
        => Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "decode", "capsule", "--dialect", dialect)).Status);

    [Fact]
    public async Task A_violation_tells_the_code_that_is_sent_and_what_it_ends()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Bytes("0000 990b4d3f08d000000000000001"), "capsule", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(
            """{"kind":"error","code":"StreamCountTooLarge","offset":7"""
                + ""","message":"A number of streams is at most 2^60.","spec":"draft-ietf-webtrans-http3 §5.6.2","errorCode":73221255"""
                + ""","errorName":"WT_FLOW_CONTROL_ERROR","scope":"session"}""",
            result.Lines[^1]);
        Assert.Equal(2, result.Lines.Length);
    }

    [Fact]
    public async Task An_input_that_ends_inside_a_capsule_is_an_unexpected_end()
        => Assert.Contains(
            "\"code\":\"UnexpectedEnd\",\"offset\":4",
            (await Wire.DecodeAtEveryReadSizeAsync(Bytes("00056162"), "capsule", "--json")).Lines[^1],
            StringComparison.Ordinal);

    [Fact]
    public async Task A_capsule_above_the_limit_is_a_violation_unless_nobody_knows_its_type()
    {
        WireResult known = await Wire.DecodeAtEveryReadSizeAsync([.. Bytes("00407e"), .. new byte[126]], "capsule", "--json", "--max-element", "125");
        Assert.Contains("--max-element raises the limit", known.Lines[^1], StringComparison.Ordinal);
        WireResult unknown
            = await Wire.DecodeAtEveryReadSizeAsync([.. Bytes("17407e"), .. new byte[126], 0, 0], "capsule", "--json", "--max-element", "125");
        Assert.Equal("""{"kind":"capsule","offset":0,"type":23,"length":126}""", unknown.Lines[0]);
        Assert.Equal((2, ExitStatus.Ok), (unknown.Lines.Length, unknown.Status));
    }

    [Fact]
    public async Task The_view_names_types_codes_and_a_violation()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Bytes("684307000012346279 0a 1700 990b4d430105 990b4d41022a00"), "capsule");
        Assert.Equal(
            """
            @0  WT_CLOSE_SESSION capsule, 7 bytes
                type: 0x2843
                code: 4660 (0x1234)
                reason: "by\n"
                value: 7 bytes
                    00000000  00 00 12 34 62 79 0a                              ...4by.
            @10  unknown capsule, 0 bytes
                type: 0x17, reserved: it has no meaning
                value: 0 bytes
            @12  WT_STREAMS_BLOCKED capsule, 1 byte
                type: 0x190b4d43, bidirectional streams
                maximum: 5
                value: 1 byte
                    00000000  05                                                .
            @24  violation: CapsuleTrailingBytes (RFC 9297 §3.3)
                A capsule holds nothing after the fields of its type.
                    00000000  68 43 07 00 00 12 34 62  79 0a 17 00 99 0b 4d 43  hC....4by.....MC
                    00000010  01 05 99 0b 4d 41 02 2a  00                       ....MA.*.
                                                       ^^

            """,
            result.Text);
    }

    [Fact]
    public void Whatever_capsules_decode_encode_to_bytes_that_decode_alike()
        => Prop.ForAll<byte[], byte>((noise, kind) =>
        {
            byte[] input = [.. Bytes(((string[])["", "0003616263", "990b4d390400000000", "68430400000007", "990b4d3b0217"])[kind % 5]), .. noise];
            string[] rows =
            [
                .. Wire.RunAsync(input, "decode", "capsule", "--json").GetAwaiter()
                    .GetResult().Lines.Where(l => !l.Contains("\"kind\":\"error\"", StringComparison.Ordinal)),
            ];
            WireResult bytes = Wire.RunAsync(string.Join('\n', rows), "encode", "capsule").GetAwaiter().GetResult();
            string[] again = Wire.RunAsync(bytes.Output, "decode", "capsule", "--json").GetAwaiter().GetResult().Lines;
            return again.Select(WithoutOffset).SequenceEqual(rows.Select(WithoutOffset));
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData("""{"kind":"capsule","type":10307,"fields":{"code":7,"reason":"bye"}}""", "68430700000007627965\n")]
    [InlineData("""{"kind":"capsule","type":30894}""", "800078ae00\n")]
    [InlineData("""{"kind":"capsule","type":420171067,"fields":{"streamId":23,"fin":true,"data":"qw=="}}""", "990b4d3b0217ab\n")]
    [InlineData("""{"kind":"capsule","type":420171065,"fields":{"streamId":23,"code":7,"reliableSize":5}}""", "990b4d3903170705\n")]
    [InlineData("""{"kind":"capsule","type":420171072,"fields":{"maximum":23}}""", "990b4d400117\n")]
    [InlineData("""{"kind":"capsule","type":0,"payload":"YWJj","text":"abc"}""", "0003616263\n")]
    public async Task Fields_encode_where_there_is_no_payload(string row, string hex)
        => Assert.Equal(hex, (await Wire.RunAsync(row, "encode", "capsule", "--hex")).Text);

    [Theory]
    [InlineData("""{"kind":"capsule","type":10307,"payload":"AAA="}""")]
    [InlineData("""{"kind":"capsule","type":10307,"fields":{"code":4294967296}}""")]
    [InlineData("""{"kind":"capsule","type":420171072,"fields":{"maximum":1152921504606846977}}""")]
    [InlineData("""{"kind":"capsule","type":-1}""")]
    [InlineData("""{"kind":"capsule"}""")]
    public async Task A_row_that_is_no_capsule_ends_with_status_2(string row)
    {
        WireResult result = await Wire.RunAsync(row, "encode", "capsule");
        Assert.Equal((ExitStatus.Usage, 0), (result.Status, result.Output.Length));
    }

    [Theory]
    [InlineData("0068656c6c6f", """{"kind":"datagram","quarterStreamId":0,"streamId":0,"payload":"aGVsbG8=","text":"hello"}""")]
    [InlineData("c00000000000000161", """{"kind":"datagram","quarterStreamId":1,"streamId":4,"payload":"YQ==","text":"a"}""")]
    [InlineData("cfffffffffffffff", """{"kind":"datagram","quarterStreamId":1152921504606846975,"streamId":4611686018427387900,"payload":""}""")]
    public async Task A_datagram_is_the_whole_input(string hex, string row)
        => Assert.Equal([row], (await Wire.DecodeAtEveryReadSizeAsync(Bytes(hex), "datagram", "--json")).Lines);

    [Theory]
    [InlineData("", "UnexpectedEnd", 0)]
    [InlineData("8000", "UnexpectedEnd", 2)]
    [InlineData("d000000000000000", "QuarterStreamIdTooLarge", 0)]
    [InlineData("d00000000000000061", "QuarterStreamIdTooLarge", 0)]
    public async Task A_datagram_without_a_stream_is_a_violation(string hex, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Bytes(hex), "datagram", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("405400", """{"kind":"stream","direction":"uni","sessionId":0,"headerLength":3}""", null)]
    [InlineData("404104616263", """{"kind":"stream","direction":"bidi","sessionId":4"""
        + ""","headerLength":3}""", """{"kind":"data","payload":"YWJj","text":"abc"}""")]
    [InlineData(
        "80000041c000000000000000 61",
        """{"kind":"stream","direction":"bidi","sessionId":0,"headerLength":12}""",
        """{"kind":"data","payload":"YQ==","text":"a"}""")]
    public async Task A_stream_is_a_header_and_data(string hex, string header, string? data)
        => Assert.Equal(data is null ? [header] : [header, data], (await Wire.DecodeAtEveryReadSizeAsync(Bytes(hex), "wt-stream", "--json")).Lines);

    [Fact]
    public async Task Data_comes_in_blocks_that_do_not_depend_on_how_it_was_read()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync([0x40, 0x54, 0x00, .. new byte[40_000]], "wt-stream", "--json");
        Assert.Equal(1 + 3, result.Lines.Length);
    }

    [Theory]
    [InlineData("", "UnexpectedEnd", 0)]
    [InlineData("4054c0", "UnexpectedEnd", 3)]
    [InlineData("404200", "UnknownStreamSignal", 0)]
    [InlineData("405401", "InvalidSessionId", 2)]
    [InlineData("8000005402", "InvalidSessionId", 4)]
    public async Task A_stream_that_is_no_WebTransport_stream_is_a_violation(string hex, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Bytes(hex), "wt-stream", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_views_of_datagram_and_stream_name_their_session()
    {
        Assert.Contains(
            "@0  datagram of stream 4, 2 bytes\n    quarter stream id: 1\n",
            (await Wire.DecodeAtEveryReadSizeAsync(Bytes("016162"), "datagram")).Text,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "@0  bidirectional stream of session 4\n    signal: 0x41, in 2 bytes\n    header: 3 bytes\n@3  data, 1 byte\n",
            (await Wire.DecodeAtEveryReadSizeAsync(Bytes("40410461"), "wt-stream")).Text,
            StringComparison.Ordinal);
    }

    private static string WithoutOffset(string row)
    {
        int start = row.IndexOf("\"offset\"", StringComparison.Ordinal);
        return row.Remove(start, row.IndexOf(',', start) - start);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
