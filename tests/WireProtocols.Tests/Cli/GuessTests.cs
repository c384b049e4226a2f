using System.Text;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire decode` without a format guesses it and says so; a mask that contradicts `--from` is hinted at.</summary>
public sealed class GuessTests
{
    [Theory]
    [InlineData("text", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http1")]
    [InlineData("text", "HTTP/1.1 204 No Content\r\n\r\n", "http1")]
    [InlineData("text", "data: a\n\n", "sse")]
    [InlineData("text", ": a\n\n", "sse")]
    [InlineData("text", "5;a=b\r\nhello\r\n0\r\n\r\n", "chunked")]
    [InlineData("text", "{\"a\":1}\n", "ndjson")]
    [InlineData("text", "\u001e{}\n", "json-seq")]
    [InlineData("text", "Content-Length: 2\r\n\r\n{}", "json-rpc")]
    [InlineData("text", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "proxy-protocol")]
    [InlineData("hex", "818537fa213d7f9f4d5158", "websocket --from client")]
    [InlineData("hex", "810548656c6c6f", "websocket --from server")]
    [InlineData("hex", "c107f248cdc9c90700", "websocket --from server --deflate")]
    [InlineData("hex", "00000000026869", "grpc")]
    [InlineData("hex", "000100002112a442000102030405060708090a0b", "stun")]
    [InlineData("hex", "d4c3b2a1020004000000000000000000ffff000001000000", "pcap")]
    public async Task The_guess_is_said_and_decodes_as_if_it_were_named(string form, string input, string guess)
    {
        byte[] bytes = form == "hex" ? Convert.FromHexString(input) : Encoding.Latin1.GetBytes(input);
        WireResult guessed = await Wire.RunAsync(bytes, "decode", "--json", "--read-size", "3");
        Assert.Equal($"wire: no format is named; this looks like 'wire decode {guess}'\n", guessed.Error.ReplaceLineEndings("\n"));
        WireResult named = await Wire.RunAsync(bytes, ["decode", .. guess.Split(' '), "--json"]);
        Assert.Equal((named.Status, named.Text), (guessed.Status, guessed.Text));
        Assert.NotEmpty(guessed.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ff")]
    [InlineData("3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f")]
    public async Task What_looks_like_nothing_is_a_usage_error(string hex)
    {
        WireResult result = await Wire.RunAsync(hex, "decode", "--hex");
        Assert.Equal((ExitStatus.Usage, 0), (result.Status, result.Output.Length));
    }

    [Theory]
    [InlineData("810548656c6c6f", "client", "--from server")]
    [InlineData("818537fa213d7f9f4d5158", "server", "--from client")]
    public async Task A_mask_that_contradicts_the_sender_is_hinted_at(string hex, string from, string hint)
    {
        Assert.Contains(hint, (await Wire.RunAsync(hex, "decode", "websocket", "--hex", "--from", from)).Text, StringComparison.Ordinal);
        WireResult rows = await Wire.RunAsync(hex, "decode", "websocket", "--hex", "--from", from, "--json");
        Assert.Contains($"{hint}\"}}", rows.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mask_that_is_wrong_later_is_no_hint()
        => Assert.DoesNotContain(
            "\"hint\"",
            (await Wire.RunAsync("818000000000" + "810161", "decode", "websocket", "--hex", "--json")).Text,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--allow-bare-lf", "1\na\n0\n\n")]
    [InlineData("--allow-space-after-size", "1 \r\na\r\n0\r\n\r\n")]
    public async Task The_leniencies_of_chunked_are_options(string option, string input)
    {
        Assert.Equal(ExitStatus.Violation, (await Wire.RunAsync(input, "decode", "chunked")).Status);
        Assert.Equal(ExitStatus.Ok, (await Wire.RunAsync(input, "decode", "chunked", option)).Status);
    }
}
