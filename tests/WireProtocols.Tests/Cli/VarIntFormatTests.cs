using FsCheck;
using FsCheck.Fluent;

namespace WireProtocols.Tests.Cli;

public class VarIntFormatTests
{
    // RFC 9000 §A.1
    private static readonly byte[] Examples = Convert.FromHexString("c2197c5eff14e88c" + "9d7f3e7d" + "7bbd" + "25" + "4025");

    [Fact]
    public async Task Rows_say_offset_value_length_and_whether_it_is_minimal()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Examples, "varint", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"varint","offset":0,"value":151288809941952652,"length":8,"minimal":true}""",
                """{"kind":"varint","offset":8,"value":494878333,"length":4,"minimal":true}""",
                """{"kind":"varint","offset":12,"value":15293,"length":2,"minimal":true}""",
                """{"kind":"varint","offset":14,"value":37,"length":1,"minimal":true}""",
                """{"kind":"varint","offset":15,"value":37,"length":2,"minimal":false}""",
            ],
            result.Lines);
    }

    [Theory]
    [InlineData("40", 1)]
    [InlineData("2580", 2)]
    [InlineData("c2197c5eff14e8", 7)]
    public async Task An_integer_that_is_cut_off_is_the_last_row(string hex, int length)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), "varint", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(
            $$"""{"kind":"error","code":"UnexpectedEnd","offset":{{length}}"""
                + $$""","message":"The input ends inside a variable-length integer.","spec":"RFC 9000 §16"}""",
            result.Lines[^1]);
    }

    [Fact]
    public async Task The_view_shows_the_bits_and_a_caret_under_the_violation()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync([0x40, 0x25, 0x80, 0x01], "varint");
        Assert.Equal(
            """
            @0  37
                01.. ....  length: 2 bytes, 1 would do
                ..00 0000  value: 0x25
            @4  violation: UnexpectedEnd (RFC 9000 §16)
                The input ends inside a variable-length integer.
                    00000000  40 25 80 01                                       @%..
                                          ^^

            """,
            result.Text);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(15)]
    public async Task The_caret_stands_where_the_next_byte_would(int length)
    {
        byte[] input = [.. Enumerable.Repeat((byte)0, length - 1), 0x40];
        string[] lines = (await Wire.RunAsync(input, "decode", "varint")).Lines;
        int lastByte = lines[^2].LastIndexOf("40 ", StringComparison.Ordinal);
        Assert.Equal(lastByte + 3 + (length == 8 ? 1 : 0), lines[^1].IndexOf("^^", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_caret_of_an_input_that_ends_with_a_hex_line_stands_on_the_next()
    {
        byte[] input = [.. Enumerable.Repeat((byte)0, 15), 0x40];
        string[] lines = (await Wire.RunAsync(input, "decode", "varint")).Lines;
        Assert.StartsWith("        00000000  00 ", lines[^2], StringComparison.Ordinal);
        Assert.Equal("                  ^^", lines[^1]);
    }

    [Fact]
    public async Task An_empty_input_has_no_rows()
    {
        WireResult result = await Wire.RunAsync("", "decode", "varint", "--json");
        Assert.Equal((ExitStatus.Ok, 0), (result.Status, result.Output.Length));
    }

    [Fact]
    public async Task Encode_is_the_inverse_of_decode_minimal_or_not()
    {
        WireResult rows = await Wire.RunAsync(Examples, "decode", "varint", "--json");
        WireResult bytes = await Wire.RunAsync(rows.Output, "encode", "varint");
        Assert.Equal(Examples, bytes.Output);
        Assert.Equal(ExitStatus.Ok, bytes.Status);
    }

    [Fact]
    public void Whatever_decodes_encodes_to_the_same_bytes()
        => Prop.ForAll<byte[]>(input =>
        {
            WireResult rows = Wire.RunAsync(input, "decode", "varint", "--json").GetAwaiter().GetResult();
            string[] good = [.. rows.Lines.Where(l => !l.Contains("\"error\"", StringComparison.Ordinal))];
            WireResult bytes = Wire.RunAsync(string.Join('\n', good), "encode", "varint").GetAwaiter().GetResult();
            return input.AsSpan().StartsWith(bytes.Output) && (rows.Status != ExitStatus.Ok || bytes.Output.Length == input.Length);
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData("""{"kind":"varint","value":37}""", "25\n")]
    [InlineData("""{"kind":"varint","value":37,"length":8}""", "c000000000000025\n")]
    [InlineData("\n \r\n{\"kind\":\"varint\",\"value\":64}\n\n{\"kind\":\"varint\",\"value\":1}", "404001\n")]
    public async Task Encode_prints_hex_when_asked(string rows, string hex)
        => Assert.Equal(hex, (await Wire.RunAsync(rows, "encode", "varint", "--hex")).Text);

    [Theory]
    [InlineData("""{"kind":"varint"}""", "line 1: the property \"value\" is missing")]
    [InlineData("""{"kind":"frame","value":1}""", "line 1: a row of the kind \"frame\"")]
    [InlineData("""{"kind":"varint","value":"1"}""", "line 1: the property \"value\" has to be a whole number")]
    [InlineData("""{"kind":"varint","value":1.5}""", "line 1: the property \"value\" has to be a whole number")]
    [InlineData("""{"kind":"varint","value":-1}""", "line 1: ")]
    [InlineData("""{"kind":"varint","value":64,"length":1}""", "line 1: ")]
    [InlineData("""{"kind":"varint","value":64,"length":3}""", "line 1: ")]
    [InlineData("{\"kind\":\"varint\",\"value\":1}\n[]", "line 2: a row is a JSON object")]
    [InlineData("{\"kind\":\"varint\",\"value\":1}\nvarint", "line 2: ")]
    public async Task A_row_that_cannot_be_written_ends_with_status_2_and_its_line(string rows, string says)
    {
        WireResult result = await Wire.RunAsync(rows, "encode", "varint");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_before_a_reported_violation_are_written_and_the_status_is_1()
    {
        WireResult rows = await Wire.RunAsync([0x25, 0x40], "decode", "varint", "--json");
        WireResult bytes = await Wire.RunAsync(rows.Output, "encode", "varint");
        Assert.Equal(ExitStatus.Violation, bytes.Status);
        Assert.Equal([0x25], bytes.Output);
        Assert.Contains("UnexpectedEnd", bytes.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_longer_than_the_limit_names_the_option_that_raises_it()
    {
        WireResult result = await Wire.RunAsync("""{"kind":"varint","value":37}""", "encode", "varint", "--max-line", "10");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains("--max-line", result.Error, StringComparison.Ordinal);
    }
}
