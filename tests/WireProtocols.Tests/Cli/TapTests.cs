using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Serve;
using WireProtocols.Cli.Serve.WebTransport;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire tap` between clients of the platform and `wire serve`, and `wire replay` of what it recorded.</summary>
public sealed class TapTests
{
    /// <summary>Long enough for `wire serve` to compress it.</summary>
    private static readonly string Repeated = string.Concat(Enumerable.Repeat("Hello ", 150));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frames_of_both_sides_are_shown_inflated_and_relayed_unchanged(bool secure)
    {
        string[] rows = await TapAsync(
            async (uri, handler) =>
            {
                using ClientWebSocket client = new();
                client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
                using HttpMessageInvoker invoker = new(handler);
                await client.ConnectAsync(new Uri($"{uri.Replace("http", "ws", StringComparison.Ordinal)}/ws/echo"), invoker, Token);
                await client.SendAsync(Encoding.UTF8.GetBytes(Repeated), WebSocketMessageType.Text, true, Token);
                byte[] back = new byte[1000];
                Assert.Equal(Repeated.Length, (await client.ReceiveAsync(back, Token)).Count);
                await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Token);
            },
            secure);
        Assert.Equal("stream ", rows[0][..7]);
        foreach (string side in (string[])["client", "server"])
        {
            Assert.Equal(
                [side == "client" ? "request" : "response", "frame text", $"message {Repeated}", "frame close"],
                rows.Where(r => r.EndsWith($" {side}", StringComparison.Ordinal)).Select(r => r[..r.LastIndexOf(' ')]));
        }
    }

    [Fact]
    public async Task Heads_chunks_events_and_bodies_are_shown()
    {
        string[] rows = await TapAsync(async (uri, handler) =>
        {
            using HttpClient http = new(handler);
            Assert.Contains("data:", await http.GetStringAsync(new Uri($"{uri}/sse/tokens?count=2&interval=1"), Token), StringComparison.Ordinal);
            using HttpResponseMessage echoed = await http.PostAsync(new Uri($"{uri}/echo"), new StringContent("hello"), Token);
            Assert.Equal("hello", await echoed.Content.ReadAsStringAsync(Token));
        });
        Assert.Equal(2, rows.Count(r => r == "request client"));
        Assert.Equal(2, rows.Count(r => r == "response server"));
        Assert.Contains("data hello client", rows);
        Assert.Contains("data hello server", rows);
        Assert.Contains("chunk server", rows);
        Assert.True(rows.Count(r => r == "event server") >= 3);
    }

    [Fact]
    public async Task A_recording_is_shown_again_as_it_was()
    {
        string file = Path.GetTempFileName();
        try
        {
            string[] live = await TapAsync(
                async (uri, handler) =>
                {
                    using HttpClient http = new(handler);
                    await http.GetStringAsync(new Uri($"{uri}/ndjson/ticks?count=2&interval=1"), Token);
                },
                secure: false,
                "--record", file);
            WireResult replayed = await Wire.RunAsync("", "replay", file, "--json");
            Assert.Equal(ExitStatus.Ok, replayed.Status);
            Assert.Equal(live, replayed.Lines.Select(Describe));

            await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings());
            WireResult again = await Wire.RunAsync("", "replay", file, "--json", "--to", $"{server.EndPoint}");
            Assert.Equal(ExitStatus.Ok, again.Status);
            Assert.Equal(2, again.Lines.Select(Describe).Count(r => r.StartsWith("record ", StringComparison.Ordinal)));
            Assert.Contains("response server", again.Lines.Select(Describe));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"bytes\",\"stream\":1,\"from\":\"nobody\",\"payload\":\"\"}")]
    [InlineData("{\"kind\":\"bytes\",\"stream\":1,\"from\":\"client\",\"payload\":\"*\"}")]
    [InlineData("nothing")]
    public async Task What_is_no_recording_is_a_usage_error_with_its_line(string row)
    {
        WireResult result = await Wire.RunAsync(row + "\n", "replay");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains("line 1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_and_the_next_connection_is_relayed()
    {
        using Socket nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ErrorLines error = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<int> tap = WireTool.RunAsync(
            ["tap", "--listen", "0", "--to", $"{nobody.LocalEndPoint}", "--connections", "1"],
            new ToolIO { Input = Stream.Null, Output = new MemoryStream(), Error = error },
            stop.Token);
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(await error.FirstAddressAsync()), Token);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Token));
        Assert.Equal(ExitStatus.Ok, await tap);
        Assert.Contains("ended:", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tap", "--listen", "0")]
    [InlineData("tap", "--to", "a:1")]
    [InlineData("tap", "--listen", "0", "--to", "nowhere")]
    [InlineData("tap", "--listen", "0", "--to", "a:1", "--host", "name")]
    public async Task A_wrong_command_line_is_a_usage_error(params string[] args)
        => Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", args)).Status);

    /// <summary>Lets a client talk to `wire serve` through the tap.</summary>
    /// <returns>The rows that the tap printed, in short.</returns>
    private static async Task<string[]> TapAsync(Func<string, SocketsHttpHandler, Task> talk, bool secure = false, params string[] options)
    {
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings());
        MemoryStream output = new();
        ErrorLines error = new();
        string? pem = secure ? Path.GetTempFileName() : null;
        string hash = "";
        if (pem is not null)
        {
            using var certificate = ServerCertificate.Create(TimeProvider.System);
            hash = certificate.GetCertHashString();
            string key = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
            await File.WriteAllTextAsync(pem, $"{certificate.ExportCertificatePem()}\n{key}", Token);
            options = [.. options, "--cert", pem];
        }

        try
        {
            Task<int> tap = WireTool.RunAsync(
                ["tap", "--listen", "0", "--to", $"{server.EndPoint}", "--json", "--connections", "1", .. options],
                new ToolIO { Input = Stream.Null, Output = output, Error = error },
                Token);
            using SocketsHttpHandler handler = new();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == hash;
            await talk($"{(secure ? "https" : "http")}://{await error.FirstAddressAsync()}", handler);
            handler.Dispose();
            Assert.Equal(ExitStatus.Ok, await tap);
        }
        finally
        {
            if (pem is not null)
            {
                File.Delete(pem);
            }
        }

        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Describe)];
    }

    private static string Describe(string line)
    {
        JsonNode row = JsonNode.Parse(line)!;
        string kind = (string)row["kind"]!;
        return kind switch
        {
            "stream" => "stream ",
            "frame" => $"frame {row["opcode"]} {row["from"]}",
            "message" or "data" or "record" => $"{kind} {row["text"]} {row["from"]}",
            _ => $"{kind} {row["from"]}",
        };
    }

    /// <summary>The stderr of the tool, whose first line says where it listens.</summary>
    private sealed class ErrorLines : StringWriter
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstAddressAsync() => _first.Task.WaitAsync(Token);

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value is not null && value.StartsWith("wire: listening on ", StringComparison.Ordinal))
            {
                _first.TrySetResult(value["wire: listening on ".Length..value.IndexOf(',', StringComparison.Ordinal)]);
            }
        }
    }
}
