using System.Text;

namespace WireProtocols.Tests.Cli;

public class ChunkedFormatTests
{
    private const string Body = "5;a=b;c=\"d e\"\r\nhello\r\n0\r\nX-Sum: 5\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task Rows_show_chunks_data_trailers_and_the_end_and_leave_the_rest_alone()
    {
        WireResult result = await DecodeAsync(Body + "GET / HTTP/1.1\r\n", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"chunk","offset":0,"size":5,"extensions":"a=b;c=\"d e\""}""",
                """{"kind":"data","payload":"aGVsbG8=","text":"hello"}""",
                """{"kind":"chunk","offset":22,"size":0,"extensions":""}""",
                """{"kind":"trailer","name":"X-Sum","value":"5","forbidden":false}""",
                """{"kind":"trailer","name":"Host","value":"x","forbidden":true}""",
                """{"kind":"end","consumed":46,"bodyLength":5}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task The_view_shows_them_for_a_person()
    {
        WireResult result = await DecodeAsync(Body);
        Assert.Equal(
            """
            @0  chunk, 5 bytes
                extension: a = "b"
                extension: c = "d e"
                payload: 5 bytes
                    00000000  68 65 6c 6c 6f                                    hello
            @22  last chunk
            @25  trailer
                X-Sum: "5"
            @35  trailer
                Host: "x"
                forbidden: this field must not be sent as a trailer (RFC 9110 §6.5.1)
            @46  end of the body: 5 bytes of payload, 46 bytes consumed

            """,
            result.Text);
    }

    [Fact]
    public async Task A_violation_comes_last_after_the_data_before_it()
    {
        WireResult result = await DecodeAsync("5\r\nhello\n", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(
            [
                """{"kind":"chunk","offset":0,"size":5,"extensions":""}""",
                """{"kind":"data","payload":"aGVsbG8=","text":"hello"}""",
                """{"kind":"error","code":"MissingDataTerminator","offset":8,"message":"CRLF follows the data of a chunk.","spec":"RFC 9112 §7.1"}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task Input_that_ends_inside_a_chunk_shows_what_there_was_of_it()
    {
        WireResult result = await DecodeAsync("5\r\nhel");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains("payload: 3 bytes", result.Text, StringComparison.Ordinal);
        Assert.Contains("@6  violation: UnexpectedEnd (RFC 9112 §8)", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forbidden_trailers_are_refused_when_asked()
    {
        WireResult result = await DecodeAsync(Body, "--json", "--trailers", "reject-forbidden");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains("\"code\":\"ForbiddenTrailer\",\"offset\":35", result.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Usage, (await DecodeAsync(Body, "--trailers", "merge")).Status);
    }

    [Theory]
    [InlineData("1;abcdefghijklmnop\r\n", "--max-line", "17")]
    [InlineData("1;abc\r\n", "--max-extensions", "3")]
    [InlineData("0\r\nA: b\r\nC: d\r\n\r\n", "--max-trailers", "1")]
    [InlineData("0\r\nA: b\r\n\r\n", "--max-trailer-bytes", "3")]
    public async Task A_limit_that_is_hit_names_the_option_that_raises_it(string body, string option, string limit)
    {
        WireResult result = await DecodeAsync(body, "--json", option, limit);
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains($"{option} raises the limit", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_chunks_are_cut_into_rows_the_same_way_however_they_are_read()
    {
        string body = $"{200_000:x}\r\n{new string('x', 200_000)}\r\n{100:x}\r\n{new string('y', 100)}\r\n0\r\n\r\n";
        WireResult whole = await Wire.RunAsync(body, "decode", "chunked", "--json");
        WireResult cut = await Wire.RunAsync(body, "decode", "chunked", "--json", "--read-size", "777");
        Assert.Equal(whole.Text, cut.Text);
        Assert.Equal(1 + 5 + 1 + 1 + 1 + 1, whole.Lines.Length);
    }

    [Theory]
    [InlineData("0\r\n\r\n")]
    [InlineData("5;a=b;c=\"d e\"\r\nhello\r\n1\r\n!\r\n0;x\r\nX-Sum: \u00e9\r\nHost: x\r\n\r\n")]
    [InlineData("3\r\nabc\r\n")]
    public async Task Canonical_bodies_come_back_from_their_rows(string body)
    {
        WireResult rows = await DecodeAsync(body, "--json");
        string[] good = [.. rows.Lines.Where(l => !l.Contains("\"error\"", StringComparison.Ordinal))];
        WireResult encoded = await Wire.RunAsync(string.Join('\n', good), "encode", "chunked");
        Assert.Equal(body, Encoding.Latin1.GetString(encoded.Output));
    }

    [Theory]
    [InlineData("""{"kind":"chunk","size":5}""" + "\n" + """{"kind":"data","payload":"aGk=","text":"hi"}""", "announces 5 bytes, and 2 follow")]
    [InlineData("""{"kind":"chunk","size":1,"extensions":"a\r\nb"}""", "no list of chunk extensions")]
    [InlineData("""{"kind":"trailer","name":"a b","value":""}""", "token")]
    [InlineData("""{"kind":"frame"}""", "expected chunk or data or trailer or end")]
    public async Task Rows_that_make_no_body_end_with_status_2(string rows, string says)
    {
        WireResult result = await Wire.RunAsync(rows, "encode", "chunked");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_without_a_chunk_is_a_chunk_of_its_own()
    {
        WireResult result = await Wire.RunAsync("{\"kind\":\"data\",\"payload\":\"aGk=\",\"text\":\"hi\"}\n{\"kind\":\"end\"}", "encode", "chunked");
        Assert.Equal("2\r\nhi\r\n0\r\n\r\n", result.Text);
    }

    private static Task<WireResult> DecodeAsync(string body, params string[] args)
        => Wire.DecodeAtEveryReadSizeAsync(Encoding.Latin1.GetBytes(body), ["chunked", .. args]);
}
