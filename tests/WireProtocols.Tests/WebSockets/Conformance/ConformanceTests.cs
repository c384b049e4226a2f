using System.IO.Pipelines;
using WireProtocols.Conformance;
using WireProtocols.Conformance.Xunit;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// The cases of <c>wire conform</c>, played with the library's own connections in memory, and stricter than any MUST: each passes, what was right is
/// echoed before the Close, the Close has the code of the rule, and the end of the transport follows and nothing else.
/// </summary>
public class ConformanceTests
{
    [Theory]
    [ConformanceCases("websocket")]
    [ConformanceCases("websocket", OfClients = true)]
    public async Task Every_case_is_answered_strictly(string id)
    {
        ConformanceCase played = ConformanceSuite.FindCase(id)!;
        WebSocketRole role = id.StartsWith("ws/", StringComparison.Ordinal) ? WebSocketRole.Server : WebSocketRole.Client;
        foreach (PlayWay way in WaysOf(played))
        {
            ConformancePlay play = new(role, way, Strictness.DeflateOf(id));
            ConformanceResult result = await play.RunAsync(played);
            Assert.True(
                result.Verdict == Strictness.VerdictOf(id),
                $"{way}: {result.Verdict}: {result.Finding.Got}\n{string.Join('\n', result.Trace.Select(l => l.ToString()))}");
            foreach (ConformanceRelay conversation in play.Conversations.Where(_ => IsOfPlainFrames(played)))
            {
                WebSocketRole sender = role == WebSocketRole.Server ? WebSocketRole.Client : WebSocketRole.Server;
                Assert.Equal(StrictAnswer.To(conversation.Sent, sender), conversation.Answered.Select(f => f.ToString()));
            }

            Strictness.Check(id, play.Conversations);
        }
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

    private static PlayWay[] WaysOf(ConformanceCase played)
        => played.IsHeavy ? [PlayWay.Whole]
            : IsOfPlainFrames(played) ? [PlayWay.Whole, PlayWay.InPieces, PlayWay.InLockStep, PlayWay.BehindMessage]
            : IsOf(played, "deflate/") && !IsOf(played, "deflate/offer/") ? [PlayWay.Whole, PlayWay.InPieces, PlayWay.InLockStep]
            : [PlayWay.Whole, PlayWay.InPieces];

    /// <summary>What is behind a plain opening handshake, is not too long for the oracle, and does not end in a reset.</summary>
    private static bool IsOfPlainFrames(ConformanceCase played)
        => !played.IsHeavy && !IsOf(played, "close/lost/")
            && new[] { "frames/", "control/", "fragments/", "text/", "close/" }.Any(branch => IsOf(played, branch));

    private static bool IsOf(ConformanceCase played, string branch)
        => played.Id[(played.Id.IndexOf('/', StringComparison.Ordinal) + 1)..].StartsWith(branch, StringComparison.Ordinal);
}
