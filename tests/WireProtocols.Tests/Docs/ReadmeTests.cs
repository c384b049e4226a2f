using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using WireProtocols.Tests.Cli;
using WireProtocols.Tests.Harness;
using WireProtocols.Tests.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>README.md and the pages of docs show true output, and code that compiles and runs.</summary>
public partial class ReadmeTests
{
    private static readonly byte[] Frame = Convert.FromHexString("818537fa213d7f9f4d5158");

    [Fact]
    public async Task The_output_of_wire_is_what_it_prints()
    {
        Match[] blocks = [.. ConsoleBlock().Matches(Read("README.md")).Concat(Pages().SelectMany(p => ConsoleBlock().Matches(Read(p))))];
        Assert.NotEmpty(blocks);
        foreach (Match block in blocks)
        {
            string[] args = block.Groups["args"].Value.Split(' ');
            args[^1] = Repository.PathOf(args[^1].Split('/'));
            Assert.Equal(block.Groups["output"].Value, (await Wire.RunAsync("", args)).Text);
        }
    }

    [Fact]
    public void The_code_is_the_code_that_compiles_here()
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Repository.PathOf("tests", "WireProtocols.Tests", "Docs"), "ReadmeCode*.cs");
        string compiled = WithoutIndent(string.Concat(files.Select(File.ReadAllText)).ReplaceLineEndings("\n"));
        Match[] blocks = [.. Pages().SelectMany(p => CodeBlock().Matches(Read(p)))];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(WithoutIndent(block.Groups["code"].Value), compiled, StringComparison.Ordinal));
    }

    [Fact]
    public void The_programs_compile_as_they_are_pasted()
    {
        string[] programs = [.. CodeBlock().Matches(Read("README.md")).Select(m => m.Groups["code"].Value)];
        Assert.Equal(5, programs.Length);
        Assert.All(programs, p => Assert.NotNull(CompiledProgram.Of(p)));
    }

    [Fact]
    public void The_readme_is_read_in_five_minutes() => Assert.InRange(Read("README.md").Split('\n').Length, 50, 201);

    [Fact]
    public void Links_lead_somewhere()
    {
        string[] pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "fuzz/README.md", "bench/README.md", .. Pages(), .. Notes()];
        List<string> broken = [];
        foreach (string page in pages)
        {
            string folder = Path.GetDirectoryName(Repository.PathOf(page.Split('/')))!;
            broken.AddRange(Link().Matches(Read(page)).Select(m => m.Groups["to"].Value)
                .Where(to => !Path.Exists(Path.Combine(folder, to))).Select(to => $"{page}: {to}"));
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public async Task The_code_does_what_is_said()
    {
        StringWriter output = new() { NewLine = "\n" };
        ReadmeCode.Layer1(output);
        ReadmeCode.Layer2([Frame[..3], Frame[3..], [0x81]], output);
        Assert.Equal(
            """
            Text: Hello
            Text at byte 0: Hello
            UnexpectedEnd at byte 12: The input ends only after a whole frame and a whole message

            """,
            output.ToString());

        Pipe answer = new();
        await ReadmeCode.Layer3Async(new Duplex(PipeReader.Create(new MemoryStream(Frame)), answer.Writer));
        Assert.True(answer.Reader.TryRead(out ReadResult echoed));
        Assert.Equal("\u0081\u0005Hello", System.Text.Encoding.Latin1.GetString(echoed.Buffer.FirstSpan));
    }

    [Fact]
    public async Task The_chat_is_one()
    {
        WebSocketBroadcaster room = new();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Uri uri = new($"ws://{listener.LocalEndpoint}/");
        List<WebSocketConnection> clients = [];
        List<Task> serving = [];
        for (int i = 0; i < 2; i++)
        {
            Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(uri).AsTask();
            serving.Add(ReadmeCode.Layer4Async(await listener.AcceptSocketAsync(), room));
            clients.Add(await connecting.WaitAsync(ConnectionPair.Patience));

            // Who hears itself is a member.
            await clients[i].SendTextAsync($"{i}");
            using OwnedWebSocketMessage? own = await clients[i].ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            Assert.Equal($"{i}", own!.GetText());
        }

        using (OwnedWebSocketMessage? heard = await clients[0].ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience))
        {
            Assert.Equal("1", heard!.GetText());
        }

        await Task.WhenAll(clients.Select(c => c.CloseAsync().AsTask())).WaitAsync(ConnectionPair.Patience);
        await Task.WhenAll(serving).WaitAsync(ConnectionPair.Patience);
        Assert.Equal(0, room.Subscribers);
    }

    /// <summary>The pages of the documentation that show code.</summary>
    private static IEnumerable<string> Pages() => Below("docs");

    private static IEnumerable<string> Notes() => Below("spec-notes");

    private static IEnumerable<string> Below(string folder)
        => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md").Select(f => $"{folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal);

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path.Split('/'))).ReplaceLineEndings("\n");

    private static string WithoutIndent(string code) => Indent().Replace(code, "");

    [GeneratedRegex(@"```console\n\$ wire (?<args>[^\n]*)\n(?<output>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    /// <summary>A link to a file of the repository, without what stands behind its #.</summary>
    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)(?<to>[^)#\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ +", RegexOptions.Multiline)]
    private static partial Regex Indent();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
