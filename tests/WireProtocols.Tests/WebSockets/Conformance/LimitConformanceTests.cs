using System.Security.Cryptography;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Section 9: large messages, in one frame, in fragments and in small writes; and many small ones, in time that a build can spare.</summary>
public class LimitConformanceTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(WebSocketRole.Server, 64 * 1024, int.MaxValue, int.MaxValue)]
    [InlineData(WebSocketRole.Server, 16 * Megabyte, int.MaxValue, int.MaxValue)]
    [InlineData(WebSocketRole.Client, 16 * Megabyte, int.MaxValue, int.MaxValue)]
    [InlineData(WebSocketRole.Server, 4 * Megabyte, 64, int.MaxValue)]
    [InlineData(WebSocketRole.Client, 4 * Megabyte, 4096, int.MaxValue)]
    [InlineData(WebSocketRole.Server, 4 * Megabyte, 256 * 1024, int.MaxValue)]
    [InlineData(WebSocketRole.Server, Megabyte, int.MaxValue, 64)]
    [InlineData(WebSocketRole.Client, Megabyte, int.MaxValue, 2048)]
    public async Task Large_messages_echo(WebSocketRole role, int length, int fragment, int chop)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        RawFrame binary = RawFrame.Binary(payload);
        RawFrame text = RawFrame.Text(ConformanceCase.Stars(length));
        IEnumerable<RawFrame> sent = ((RawFrame[])[binary, text]).SelectMany(m => fragment == int.MaxValue ? [m] : ConformanceCase.Fragments(m, fragment));
        string[] expected = [binary.ToString(), text.ToString(), "Close 1000", "end"];
        Assert.Equal(expected, await EchoRun.PlayAsync(role, [.. sent, RawFrame.Close(1000)], chop));
    }

    [Theory]
    [InlineData(WebSocketRole.Server, 0, 20_000)]
    [InlineData(WebSocketRole.Server, 16, 20_000)]
    [InlineData(WebSocketRole.Client, 64, 20_000)]
    [InlineData(WebSocketRole.Server, 256, 10_000)]
    [InlineData(WebSocketRole.Client, 1024, 5_000)]
    public async Task Many_small_messages_echo_in_order(WebSocketRole role, int length, int count)
    {
        RawFrame[] messages = [.. Enumerable.Range(0, count).Select(i => RawFrame.Binary(length == 0 ? [] : SHA256.HashData(BitConverter.GetBytes(i))[..Math.Min(16, length)]))];
        string[] expected = [.. messages.Select(m => m.ToString()), "Close 1000", "end"];
        Assert.Equal(expected, await EchoRun.PlayAsync(role, [.. messages, RawFrame.Close(1000)]));
    }

    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task A_message_above_the_limit_is_1009(WebSocketRole role)
    {
        Assert.Equal(["Close 1009", "end"], await EchoRun.PlayAsync(role, [RawFrame.Binary(new byte[(16 * Megabyte) + 1])]));
    }
}
