using System.Diagnostics;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;

namespace WireProtocols.InteropTests.Cli;

/// <summary>`wire connect --echo` as a client of npm ws.</summary>
public sealed class ConnectTests
{
    [Theory]
    [InlineData("false", "")]
    [InlineData("false", "", 16 * 1024 * 1024)]
    [InlineData("true", "permessage-deflate", 16 * 1024 * 1024)]
    [InlineData("""{"threshold":0,"clientMaxWindowBits":9,"serverMaxWindowBits":9}""", "permessage-deflate")]
    [InlineData("true", "permessage-deflate")]
    [InlineData("""{"threshold":0,"serverNoContextTakeover":true,"clientNoContextTakeover":true}""", "permessage-deflate")]
    [InlineData("""{"threshold":0,"clientMaxWindowBits":10,"serverMaxWindowBits":10}""", "permessage-deflate")]
    public async Task Echo_sends_everything_back_and_closes_as_the_server_does(string deflate, string extensions, int largest = 1_000_000)
    {
        if (!NodePeer.Has("ws"))
        {
            Assert.Skip("The npm package 'ws' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        using Process peer = NodePeer.Start("ws-server.mjs", deflate, $"{largest}");
        string port = (await peer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        MemoryStream output = new();
        using StringWriter error = new();
        ToolIO io = new() { Input = Stream.Null, Output = output, Error = error };
        int status = await WireTool.RunAsync(["connect", "--echo", $"ws://127.0.0.1:{port}/"], io, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"extensions: {extensions}\ntext\nempty\nbinary\nrepetitive\nrepetitive again\nlarge\nlarge text\npong still there?\nclosed with 4002\n",
            await peer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.EndsWith("wire: closed with 4002 \"all back\"\n", error.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Ok, status);
    }
}
