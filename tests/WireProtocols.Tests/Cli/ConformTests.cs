using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;
using WireProtocols.Tests.Conformance;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire conform`: what is chosen, what is printed, how it ends.</summary>
public class ConformTests
{
    private const string Id = "ws/frames/length/non-minimal-16";

    [Fact]
    public async Task A_subject_that_keeps_the_rules_ends_with_0()
    {
        await using SubjectServer subject = new();
        WireResult result = await Wire.RunAsync("", "conform", $"{subject.Url}", "--filter", "ws/frames/length/non-minimal-*", "--json");
        Assert.Equal(0, result.Status);
        JsonElement[] rows = [.. result.Lines.Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.All(rows[..^1], r => Assert.Equal("case", r.GetProperty("kind").GetString()));
        JsonElement row = rows.Single(r => r.GetProperty("kind").GetString() == "case" && r.GetProperty("id").GetString() == Id);
        Assert.Equal("must", row.GetProperty("level").GetString());
        Assert.Equal("pass", row.GetProperty("verdict").GetString());
        Assert.Equal("RFC 6455 §5.2", row.GetProperty("spec").GetString());
        Assert.Contains("82fe0001", row.GetProperty("sent").GetString(), StringComparison.Ordinal);
        Assert.Equal(rows.Length - 1, rows[^1].GetProperty("passed").GetInt32());
        Assert.Equal("summary", rows[^1].GetProperty("kind").GetString());
    }

    /// <summary>A run that is stopped has not shown that nothing fails.</summary>
    [Fact]
    public async Task A_run_that_is_stopped_is_not_green()
    {
        await using SubjectServer subject = new();
        using CancellationTokenSource stop = new();
        await using FirstWrite output = new(stop.Cancel);
        using StringWriter error = new();
        int status = await WireTool.RunAsync(
            ["conform", subject.Url.ToString(), "--json"], new ToolIO { Input = Stream.Null, Output = output, Error = error }, stop.Token);
        Assert.Equal(ExitStatus.InputOutput, status);
        Assert.Matches(@"stopped after \d+ of \d+ cases", error.ToString());
    }

    [Fact]
    public async Task A_report_without_a_folder_is_refused_before_the_run()
    {
        WireResult result = await Wire.RunAsync("", "conform", "ws://127.0.0.1:1/", "--junit", Path.Combine("no", "such", "folder.xml"));
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains("no folder", result.Error, StringComparison.Ordinal);
    }

    /// <summary>The tool's own server keeps every rule that the tool knows.</summary>
    [Fact]
    public async Task The_echo_of_wire_serve_passes_everything()
    {
        using CancellationTokenSource stop = new();
        ListeningLine output = new();
        Task<int> serving = WireTool.RunAsync(
            ["serve", "--port", "0"], new ToolIO { Input = Stream.Null, Output = output, Error = TextWriter.Null }, stop.Token);
        string url = (await output.Line.WaitAsync(TimeSpan.FromSeconds(60))).Replace("Listening on http:", "ws:", StringComparison.Ordinal);
        WireResult result = await Wire.RunAsync("", "conform", $"{url}/ws/echo", "--md");
        Assert.Equal("| verdict | case | section | expected | got |\n|---|---|---|---|---|\n", result.Text[(result.Text.IndexOf('\n') + 2)..]);
        Assert.Equal(0, result.Status);
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    /// <summary>The tool's own client too; it runs in this process.</summary>
    [Fact]
    public async Task The_client_of_wire_connect_passes_everything()
    {
        await using ConformanceListener listener = ConformanceListener.Start("ws", WebSocketClientCases.All);
        List<string> wrong = [];
        int count = 0;
        await foreach (ConformanceResult result in listener.RunAsync(
            WebSocketClientCases.All, ConnectAsync, TestContext.Current.CancellationToken))
        {
            count++;
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn)
            {
                wrong.Add($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
            }
        }

        Assert.Equal(WebSocketClientCases.All.Count, count);
        Assert.Empty(wrong);

        static Task ConnectAsync(Uri url, CancellationToken stop) => WireTool.RunAsync(
            ["connect", $"{url}", "--echo"], new ToolIO { Input = Stream.Null, Output = Stream.Null, Error = TextWriter.Null }, stop);
    }

    /// <summary>The first line says where, in every form of output.</summary>
    [Theory]
    [InlineData("--json", "{\"kind\":\"case\"")]
    [InlineData("--md", "`ws://127.0.0.1:")]
    public async Task Clients_in_a_loop_are_examined(string form, string second)
    {
        using CancellationTokenSource over = new();
        ListeningLine output = new();
        Task<int> examining = WireTool.RunAsync(
            ["conform", "--listen", "0", "--filter", "ws-client/handshake/request/*", form],
            new ToolIO { Input = Stream.Null, Output = output, Error = TextWriter.Null },
            over.Token);
        string first = await output.Line.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Matches("^Listening on ws://127\\.0\\.0\\.1:[0-9]+/$", first);
        Uri url = new(first["Listening on ".Length..]);
        while (!examining.IsCompleted)
        {
            await ConnectOnceAsync(url);
        }

        Assert.Equal(0, await examining);
        Assert.StartsWith(second, Encoding.UTF8.GetString(output.ToArray()).Split('\n')[1], StringComparison.Ordinal);

        static async Task ConnectOnceAsync(Uri url)
        {
            try
            {
                await new SubjectClient(ClientDefect.None).RunAsync(url, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                // The examiner is done.
            }
        }
    }

    /// <summary>The tool examines itself, as a command.</summary>
    [Fact]
    public async Task A_command_is_started_for_each_case()
    {
        string tool = typeof(WireTool).Assembly.Location;
        WireResult result = await Wire.RunAsync(
            "", "conform", "--listen", "0", "--exec", $"dotnet \"{tool}\" connect {{url}} --echo", "--case", "ws-client/handshake/request/target",
            "--case", "ws-client/frames/length/text-126", "--json", "--timeout", "60");
        Assert.Equal(0, result.Status);
        Assert.Equal(4, result.Lines.Length);
        Assert.StartsWith("Listening on ws://127.0.0.1:", result.Lines[0], StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(result.Lines[3]).RootElement.GetProperty("passed").GetInt32());
    }

    [Fact]
    public async Task A_command_that_does_not_connect_ends_with_3()
    {
        WireResult result = await Wire.RunAsync("", "conform", "--listen", "0", "--exec", "exit 5 {url}", "--timeout", "60");
        Assert.Equal(3, result.Status);
        Assert.Contains("it ended with exit code", result.Error, StringComparison.Ordinal);
    }

    /// <summary>wss: with a certificate that nobody has signed.</summary>
    [Fact]
    public async Task A_server_behind_tls_is_examined()
    {
        await using SubjectServer subject = new();
        await using SecureRelay relay = new(subject.Url.Port);
        WireResult result = await Wire.RunAsync(
            "", "conform", $"wss://127.0.0.1:{relay.Port}/echo", "--filter", "ws/close/*", "--filter", "ws/frames/length/text-*", "--md");
        Assert.Equal(0, result.Status);
        Assert.Contains("the certificate of the server is not checked", result.Error, StringComparison.Ordinal);
        Assert.Contains(" 0 failed, 0 warned, 0 skipped", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_ends_with_1_and_with_its_baseline_with_0()
    {
        await using SubjectServer subject = new(Defect.NonMinimal16);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string junit = Path.Combine(folder, "a.xml");
            string html = Path.Combine(folder, "a.html");
            WireResult failed = await Wire.RunAsync("", "conform", $"{subject.Url}", "--case", Id, "--junit", junit, "--html", html);
            Assert.Equal(1, failed.Status);
            Assert.Contains($"FAIL  {Id}", failed.Text, StringComparison.Ordinal);
            Assert.Equal("1", XDocument.Load(junit).Root!.Attribute("failures")!.Value);
            Assert.Contains("minimal number of bytes", await File.ReadAllTextAsync(html), StringComparison.Ordinal);

            WireResult rows = await Wire.RunAsync("", "conform", $"{subject.Url}", "--case", Id, "--json");
            string baseline = Path.Combine(folder, "a.jsonl");
            await File.WriteAllBytesAsync(baseline, rows.Output);
            WireResult known = await Wire.RunAsync("", "conform", $"{subject.Url}", "--case", Id, "--baseline", baseline, "--md");
            Assert.Equal(0, known.Status);
            Assert.Contains($"| fail | `{Id}` |", known.Text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("conform")]
    [InlineData("conform", "http://127.0.0.1/")]
    [InlineData("conform", "ws://example.com/")]
    [InlineData("conform", "ws://127.0.0.1:1/", "--case", "no/such")]
    [InlineData("conform", "ws://127.0.0.1:1/", "--filter", "no/such*")]
    [InlineData("conform", "ws://127.0.0.1:1/", "--level", "perhaps")]
    [InlineData("conform", "--explain", "no/such")]
    [InlineData("conform", "--listen", "70000")]
    [InlineData("conform", "--listen", "0", "ws://127.0.0.1:1/")]
    [InlineData("conform", "--listen", "0", "--exec", "no url")]
    [InlineData("conform", "ws://127.0.0.1:1/", "--exec", "cmd {url}")]
    [InlineData("conform", "https://127.0.0.1:1/", "--subject", "webtransport")]
    [InlineData("conform", "http://127.0.0.1:1/", "--subject", "webtransport", "--carrier", "1")]
    public async Task A_wrong_command_line_ends_with_2(params string[] args) => Assert.Equal(2, (await Wire.RunAsync("", args)).Status);

    [Fact]
    public async Task Nobody_there_ends_with_3()
    {
        // Bound and not listening: nobody else gets the port meanwhile.
        using Socket taken = new(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        Assert.Equal(3, (await Wire.RunAsync("", "conform", $"ws://127.0.0.1:{port}/", "--case", Id)).Status);
        string[] overQuic = ["https://127.0.0.1:1/", "--subject", "webtransport", "--carrier", $"{port}", "--case", "webtransport/connect/plain"];
        Assert.Equal(3, (await Wire.RunAsync("", ["conform", .. overQuic])).Status);
    }

    [Fact]
    public async Task Cases_are_listed_and_explained()
    {
        WireResult list = await Wire.RunAsync("", "conform", "--list", "--level", "must");
        Assert.Contains(list.Lines, l => l.StartsWith("must", StringComparison.Ordinal) && l.EndsWith(Id, StringComparison.Ordinal));
        WireResult explained = await Wire.RunAsync("", "conform", "--explain", Id);
        Assert.Contains("minimal number of bytes MUST be used", explained.Text, StringComparison.Ordinal);
        Assert.Matches("(?m)^  (others:  |        )  fail  Kestrel [0-9.]+: the subject went on", explained.Text);
        Assert.Matches("(?m)^            pass  .*Beast", explained.Text);
        WireResult ofClients = await Wire.RunAsync("", "conform", "--explain", "ws-client/own/masking-key/messages");
        Assert.Contains("the client MUST pick a fresh masking key", ofClients.Text, StringComparison.Ordinal);
        await using SubjectServer subject = new();
        WireResult played = await Wire.RunAsync("", "conform", $"{subject.Url}", "--explain", Id);
        Assert.Contains("verdict:  pass", played.Text, StringComparison.Ordinal);
        Assert.Contains("→ binary, 1 bytes: 82fe0001", played.Text, StringComparison.Ordinal);
    }

    /// <summary>Tells of the first byte that is written.</summary>
    private sealed class FirstWrite(Action tell) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => tell();
    }
}
