using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// Strict answers, in both roles: what was right is echoed, then comes the Close with its code, then the end of the transport; nothing more.
/// </summary>
public class ConformanceTests
{
    private static readonly Dictionary<string, ConformanceCase> Cases = ConformanceCases.All.Concat(Utf8Cases.All).ToDictionary(c => c.Name);

    public static TheoryData<string, WebSocketRole> Names
        => new(Cases.Keys.SelectMany(name => new[] { (name, WebSocketRole.Server), (name, WebSocketRole.Client) }));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_case_is_answered_strictly(string name, WebSocketRole role)
    {
        ConformanceCase given = Cases[name];
        string[] expected = [.. given.Answered.Select(f => f.ToString()), "end"];
        Assert.Equal(expected, await EchoRun.PlayAsync(role, given.Sent));
        Assert.Equal(expected, await EchoRun.PlayAsync(role, given.Sent, chop: given.Sent.Sum(f => f.Payload.Length) > 4096 ? 997 : 1));
        Assert.Equal(expected, await EchoRun.PlayStepwiseAsync(role, given));
    }

    /// <summary>6.4.3 and 6.4.4: the frame is announced as longer than what ever comes of it.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server, 0, 4)]
    [InlineData(WebSocketRole.Client, 0, 4)]
    [InlineData(WebSocketRole.Server, 1, 1)]
    [InlineData(WebSocketRole.Client, 1, 1)]
    public async Task Bad_text_in_the_middle_of_a_frame_fails_at_its_first_bad_byte(WebSocketRole role, int before, int bad)
    {
        byte[] good = [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE, 0xB5];
        byte[] frame = RawFrame.Text([.. good, 0xF4, 0x90, 0x80, 0x80, 0x65, 0x64]).ToBytes(masked: role == WebSocketRole.Server);
        int header = frame.Length - good.Length - 6;
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(ours, role);

        await peer.Output.WriteAsync(frame.AsMemory(0, header + good.Length + before));
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
        Assert.False(receiving.IsCompleted);
        await peer.Output.WriteAsync(frame.AsMemory(header + good.Length + before, bad));
        WebSocketProtocolException exception = await Assert.ThrowsAsync<WebSocketProtocolException>(() => receiving.WaitAsync(EchoRun.Patience));
        Assert.Equal((WebSocketProtocolError.InvalidText, (long)header + good.Length + 1), (exception.Error, exception.Offset));
        await peer.Output.CompleteAsync();
    }
}
