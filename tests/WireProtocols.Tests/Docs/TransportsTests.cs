using System.Net;
using System.Text.RegularExpressions;
using WireProtocols.Tests.Harness;
using WireProtocols.Tests.WebSockets;
using WireProtocols.Transports;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>docs/transports.md shows code that compiles and runs.</summary>
public partial class TransportsTests
{
    [Fact]
    public void The_code_is_the_code_that_compiles_here()
    {
        string compiled = Read("tests", "WireProtocols.Tests", "Docs", "ReadmeCode.Transports.cs");
        MatchCollection blocks = CodeBlock().Matches(Read("docs", "transports.md"));
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block.Groups["code"].Value, compiled, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_echo_is_one()
    {
        await using TransportListener listener = ReadmeTransports.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri($"ws://{listener.LocalEndPoint}/"));
        await client.SendTextAsync("hello");
        using OwnedWebSocketMessage? message = await client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal("hello", message!.GetText());
        await client.CloseAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    /// <summary>Without indent.</summary>
    private static string Read(params string[] path)
        => Indent().Replace(File.ReadAllText(Repository.PathOf(path)).ReplaceLineEndings("\n"), "");

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^ +", RegexOptions.Multiline)]
    private static partial Regex Indent();
}
