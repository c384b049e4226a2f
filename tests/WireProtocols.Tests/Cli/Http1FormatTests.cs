using System.Text;
using System.Text.Json.Nodes;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire decode http1`: heads, bodies, the next message, and what follows an upgrade.</summary>
public sealed class Http1FormatTests
{
    private const string Upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";

    public static TheoryData<string, string, string[]> Vectors()
    {
        TheoryData<string, string, string[]> data = [];
        foreach (string file in Directory.EnumerateFiles(Repository.PathOf("tests", "vectors", "http1"), "*.json"))
        {
            foreach (JsonNode? vector in JsonNode.Parse(File.ReadAllText(file))!["vectors"]!.AsArray())
            {
                JsonObject options = vector!["options"]?.AsObject() ?? [];
                if (options.All(o => o.Key == "role"))
                {
                    string hex = (string?)vector["hex"] ?? Convert.ToHexString(Encoding.Latin1.GetBytes((string)vector["text"]!));
                    string from = (string?)options["role"] == "response" ? "server" : "client";
                    data.Add(from, hex, [.. vector["rows"]!.AsArray().Select(r => (string)r!)]);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task Every_head_of_the_vectors_is_shown_or_refused_at_its_byte(string from, string hex, string[] rows)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), "http1", "--json", "--from", from);
        JsonNode[] shown = [.. result.Lines.Select(l => JsonNode.Parse(l)!)];
        string[] heads = [.. rows.Where(r => r.Split(' ')[0] is "request" or "response")];
        if (heads.Length == 0 && rows.Length > 0)
        {
            Assert.Equal(rows[^1], $"error {shown[^1]["code"]} {shown[^1]["offset"]}");
            Assert.Equal(ExitStatus.Violation, result.Status);
        }
        else if (heads.Length > 0)
        {
            // The vectors are heads without the bodies that some announce.
            JsonNode first = shown[0];
            string expected = heads[0].StartsWith("request", StringComparison.Ordinal)
                ? $"request {first["method"]} {first["target"]} {first["version"]}"
                : $"response {first["status"]} {first["version"]}";
            Assert.StartsWith(expected, heads[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pipeline_shows_head_body_and_the_next_message()
    {
        WireResult result = await Decode(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\n\r\n",
            "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"request","offset":0,"headerLength":51,"method":"POST","target":"/echo","version":"1.1","fields":[["Host","a"]"""
                    + """,["Content-Length","5"]],"body":"length","bodyLength":5}""",
                """{"kind":"data","offset":51,"payload":"aGVsbG8=","text":"hello"}""",
                """{"kind":"end","consumed":5,"bodyLength":5}""",
                """{"kind":"request","offset":56,"headerLength":56,"method":"POST","target":"/","version":"1.1","fields":[["Host","a"]"""
                    + """,["Transfer-Encoding","chunked"]],"body":"chunked"}""",
                """{"kind":"chunk","offset":112,"size":3,"extensions":"x=y"}""",
                """{"kind":"data","payload":"YWJj","text":"abc"}""",
                """{"kind":"chunk","offset":124,"size":0,"extensions":""}""",
                """{"kind":"trailer","name":"T","value":"v","forbidden":false}""",
                """{"kind":"end","consumed":23,"bodyLength":3}""",
                """{"kind":"request","offset":135,"headerLength":31,"method":"GET","target":"/last","version":"1.1","fields":[["Host","a"]]"""
                    + ""","body":"none"}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task Where_it_is_left_out_who_sent_it_the_first_bytes_say_it()
    {
        Assert.StartsWith("""{"kind":"response","offs"""
            + """et":0""", (await Decode("HTTP/1.1 204 No Content\r\n\r\n", "--json")).Text, StringComparison.Ordinal);
        Assert.StartsWith("""{"kind":"request","offs"""
            + """et":0""", (await Decode("HTTP / HTTP/1.1\r\nHost: a\r\n\r\n", "--json")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Type: text/event-stream; charset=utf-8", "id: 7\ndata: a\n\n", "event", "comment")]
    [InlineData("Content-Type: application/x-ndjson", "{}\n[1]\n", "record", "event")]
    [InlineData("Content-Type: application/json-seq", "\u001e{}\n", "record", "event")]
    [InlineData("Content-Type: application/grpc-web+proto", "\0\0\0\0\u0001a", "envelope", "data")]
    [InlineData("Content-Type: application/grpc-web-text", "AAAAAAFh", "envelope", "data")]
    [InlineData("Content-Type: application/connect+json", "\0\0\0\0\u0002{}", "envelope", "data")]
    [InlineData("Content-Type: multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", "part", "data")]
    [InlineData("Content-Type: text/plain", "hello", "data", "event")]
    [InlineData("Content-Type: text/event-stream\r\nContent-Encoding: gzip", "data: a\n\n", "data", "event")]
    public async Task A_body_is_decoded_by_its_media_type(string field, string body, string kind, string not)
    {
        string chunked = $"POST / HTTP/1.1\r\nHost: a\r\n{field}\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
        string plain = $"POST / HTTP/1.1\r\nHost: a\r\n{field}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        foreach (string message in (string[])[chunked, plain])
        {
            WireResult result = await Decode(message, "--json");
            Assert.Equal(ExitStatus.Ok, result.Status);
            Assert.Contains(result.Lines, l => l.StartsWith($$"""{"kind":"{{kind}}",""", StringComparison.Ordinal));
            Assert.DoesNotContain(result.Lines, l => l.StartsWith($$"""{"kind":"{{not}}",""", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Frames_follow_an_upgrade_and_compressed_messages_are_shown_inflated()
    {
        byte[] head = Encoding.ASCII.GetBytes(Upgrade + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
        byte[] frame = [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync([.. head, .. frame], "http1", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Contains($"\"offset\":{head.Length},\"headerLength\":2,\"fin\":true,\"rsv\":4", result.Lines[1], StringComparison.Ordinal);
        Assert.Equal("""{"kind":"message","type":"text","length":5,"payload":"SGVsbG8=","text":"Hello"}""", result.Lines[2]);
    }

    [Fact]
    public async Task A_client_that_asked_for_an_upgrade_goes_on_with_frames()
    {
        byte[] head = Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
        byte[] frame = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync([.. head, .. frame], "http1", "--json");
        Assert.EndsWith("\"payload\":\"SGVsbG8=\",\"text\":\"Hello\"}", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_to_HEAD_has_no_body()
    {
        const string Response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        WireResult result = await Decode(Response, "--json", "--request-method", "HEAD");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(2, result.Lines.Length);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "UnexpectedEnd", 41)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "UnexpectedEnd", 52)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx", "InvalidChunkSize", 47)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\nHost: a\r\n\r\n", "BareLineFeed", 41)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", "UnexpectedEnd", 30)]
    public async Task A_violation_is_the_last_row_and_its_offset_counts_from_the_start_of_the_input(string input, string code, int offset)
    {
        WireResult result = await Decode(input, "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caret_of_the_view_stands_under_the_byte_whatever_came_before()
    {
        WireResult result = await Decode("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\nHost: a\r\n\r\n");
        string[] lines = result.Lines;
        int caret = Array.FindIndex(lines, l => l.TrimStart() == "^^");
        Assert.Equal("0a", lines[caret - 1].Substring(lines[caret].IndexOf('^', StringComparison.Ordinal), 2));
        Assert.Contains("@41  violation: BareLineFeed (RFC 9112 §2.2)", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_body_is_cut_into_rows_by_its_own_length()
    {
        byte[] head = Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 120000\r\n\r\n");
        byte[] input = [.. head, .. new byte[120_000]];
        WireResult whole = await Wire.RunAsync(input, "decode", "http1", "--json");
        Assert.Equal(5, whole.Lines.Length);
        Assert.Equal(whole.Text, (await Wire.RunAsync(input, "decode", "http1", "--json", "--read-size", "777")).Text);
    }

    [Fact]
    public async Task A_head_above_the_limit_names_the_option_that_raises_it()
    {
        WireResult result = await Decode($"GET /{new string('a', 100)} HTTP/1.1\r\nHost: a\r\n\r\n", "--max-head", "50");
        Assert.Contains("--max-head raises the limit", result.Text, StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Violation, result.Status);
    }

    private static Task<WireResult> Decode(string input, params string[] options)
        => Wire.DecodeAtEveryReadSizeAsync(Encoding.Latin1.GetBytes(input), ["http1", .. options]);
}
