using System.Net;
using System.Text.RegularExpressions;
using WireProtocols.Cli.Serve;
using WireProtocols.Resume;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of docs/resume.md does what it says, and stands where it compiles.</summary>
public sealed partial class ReadmeResumeTests
{
    [Fact]
    public async Task A_client_of_the_documentation_gets_its_answer()
    {
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings());
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        Uri uri = new($"http://{server.EndPoint}/resume/echo");
        string answer = await ReadmeResume.AskAsync(http, new UriBuilder(uri) { Scheme = "ws" }.Uri, uri, _ => new ValueTask<string>("secret"));
        Assert.Equal("hello", answer);
    }

    [Fact]
    public async Task A_server_of_the_documentation_answers()
    {
        await using ResumeServer server = ReadmeResume.CreateServer();
        await using Resume.RawResumePeer peer = new(server);
        await peer.OpenAsync();
        await peer.SendAsync(ResumeFrames.Text(1, "hello"u8).ToOwned());
        OwnedResumeFrame answer = (await peer.ReceiveAsync())!;
        Assert.Equal("You said hello."u8, answer.Payload.Span);
    }

    [Fact]
    public void Its_code_is_that_of_the_tests()
    {
        string code = Squeeze(File.ReadAllText(Repository.PathOf("tests", "WireProtocols.Tests", "Docs", "ReadmeCode.Resume.cs")));
        string[] blocks = [.. CodeBlock().Matches(File.ReadAllText(Repository.PathOf("docs", "resume.md"))).Select(m => m.Groups["code"].Value)];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(Squeeze(block), code, StringComparison.Ordinal));
    }

    private static string Squeeze(string text) => Regex.Replace(text, @"\s+", " ").Trim();

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
