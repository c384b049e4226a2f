using System.IO.Pipelines;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Sentences of RFC 6455 about messages and closing that no other test is about.</summary>
public class WebSocketConnectionClauseTests
{
    public static TheoryData<WebSocketRole> Roles => [WebSocketRole.Server, WebSocketRole.Client];

    /// <summary>§5.5.1: "An endpoint MAY delay sending a Close frame until its current message is sent".</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_Close_waits_for_the_message_under_way_and_for_those_before_it(WebSocketRole role)
    {
        (WebSocketConnection connection, IDuplexPipe peer) = Create(role);
        WebSocketMessageSender pieces = await connection.BeginMessageAsync(WebSocketOpcode.Text);
        await pieces.WriteAsync("one"u8.ToArray());
        Task queued = connection.SendTextAsync("two").AsTask();
        Task closing = connection.CloseOutputAsync(WebSocketCloseCode.GoingAway).AsTask();
        Task late = connection.SendTextAsync("late").AsTask();
        await connection.PingAsync("between"u8.ToArray());
        await pieces.WriteAsync("end"u8.ToArray(), isLast: true);
        await pieces.DisposeAsync();
        await queued.WaitAsync(ConnectionPair.Patience);
        await closing.WaitAsync(ConnectionPair.Patience);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => late.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(["Text 3 False", "Ping 7 True", "Continuation 3 True", "Text 3 True", "Close 2 True"], await ReadFramesAsync(peer, role));
        connection.Abort();
    }

    /// <summary>§5.5.1: "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server to close the
    /// connection".</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task After_both_Closes_the_server_ends_the_transport_at_once_and_the_client_waits_for_it(WebSocketRole role)
    {
        ManualTimeProvider time = new();
        (WebSocketConnection connection, IDuplexPipe peer) = Create(role, time);
        await SendAsync(peer, role, RawFrame.Close(1001));
        Assert.Null(await connection.ReceiveAsync());
        Assert.Equal(["Close 2 True"], await ReadFramesAsync(peer, role));
        Task<ReadResult> end = peer.Input.ReadAsync().AsTask();
        if (role == WebSocketRole.Client)
        {
            Assert.False(end.IsCompleted);
            await peer.Output.CompleteAsync();
        }

        Assert.True((await end.WaitAsync(ConnectionPair.Patience)).IsCompleted);
        await peer.Output.CompleteAsync();
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(0, time.Waiting);
    }

    /// <summary>§7.1.1: "In abnormal cases (such as not having received a TCP Close from the server after a reasonable amount of time) a client MAY
    /// initiate the TCP Close."</summary>
    [Fact]
    public async Task A_client_whose_server_does_not_end_the_transport_does_it_when_the_time_is_up()
    {
        ManualTimeProvider time = new();
        (WebSocketConnection connection, IDuplexPipe peer) = Create(WebSocketRole.Client, time);
        await SendAsync(peer, WebSocketRole.Client, RawFrame.Close(1001));
        Assert.Null(await connection.ReceiveAsync());
        Task ending = connection.DisposeAsync().AsTask();
        Assert.False(ending.IsCompleted);
        time.Advance(WebSocketConnectionOptions.Default.CloseTimeout);
        await ending.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketCloseCode.GoingAway, connection.CloseCode);
        Assert.Equal(["Close 2 True", "end"], await ReadFramesAsync(peer, WebSocketRole.Client, toEnd: true));
    }

    /// <summary>§7.1.5, §7.1.6: code and reason are those of the first Close; one without is 1005, and none at all is 1006.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task The_code_and_the_reason_are_those_of_the_first_Close(WebSocketRole role)
    {
        await AssertEndsAsync(role, (WebSocketCloseCode)4001, "first", RawFrame.Close(4001, "first"), RawFrame.Close(4002, "second"));
        await AssertEndsAsync(role, WebSocketCloseCode.NoStatusReceived, "", RawFrame.Close([]), RawFrame.Close(4002, "second"));
        await AssertEndsAsync(role, WebSocketCloseCode.AbnormalClosure, "The transport ended without a Close frame.");
    }

    /// <summary>§7.1.7: "An endpoint MUST NOT continue to attempt to process data (including a responding Close frame) from the remote
    /// endpoint".</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task After_a_failure_nothing_more_is_processed(WebSocketRole role)
    {
        (WebSocketConnection connection, IDuplexPipe peer) = Create(role);
        await SendAsync(
            peer, role, RawFrame.Text("good"), new RawFrame(3, []), RawFrame.Ping("p"), RawFrame.Text("bad"), RawFrame.Close(4001, "late"));
        await peer.Output.CompleteAsync();
        using (OwnedWebSocketMessage? message = await connection.ReceiveAsync())
        {
            Assert.Equal("good", message!.GetText());
        }

        WebSocketProtocolException exception = await Assert.ThrowsAsync<WebSocketProtocolException>(() => connection.ReceiveAsync().AsTask());
        Assert.Equal(WebSocketProtocolError.ReservedOpcode, exception.Error);
        Assert.Null(await connection.ReceiveAsync());
        Assert.False(connection.TryRead(out _));
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketCloseCode.ProtocolError, connection.CloseCode);
        Assert.Equal([$"Close {2 + exception.Rule.Text.Length} True", "end"], await ReadFramesAsync(peer, role, toEnd: true));
    }

    /// <summary>§7.1.7: the reason of such a Close is the rule, in at most 123 bytes.</summary>
    [Fact]
    public void Every_rule_fits_into_a_Close()
    {
        byte[] payload = new byte[WebSocketFrameHeader.MaxControlPayloadLength];
        foreach (WebSocketProtocolError error
            in Enum.GetValues<WebSocketProtocolError>().Except([WebSocketProtocolError.None, WebSocketProtocolError.UnexpectedEnd]))
        {
            Assert.InRange(WebSocketClosePayload.Encode(error.GetCloseCode(), error.GetRule().Text, payload), 3, payload.Length);
        }
    }

    /// <summary>§5.4: "in absence of extensions, senders and receivers must not depend on the presence of specific frame boundaries".</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_message_is_the_same_whatever_its_fragments(WebSocketRole role)
    {
        byte[] payload = RawFrame.Bytes(100);
        for (int length = 1; length <= payload.Length; length++)
        {
            RawFrame[] sent = [.. RawFrame.Fragments(RawFrame.Binary(payload), length), RawFrame.Close(1000)];
            Assert.Equal([RawFrame.Binary(payload).ToString(), "Close 1000", "end"], await EchoRun.PlayAsync(role, sent));
        }
    }

    /// <summary>§5.5.2: "An endpoint MAY send a Ping frame any time after the connection is established and before the connection is
    /// closed."</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_Ping_may_be_sent_at_any_time_with_or_without_payload(WebSocketRole role)
    {
        (WebSocketConnection connection, IDuplexPipe peer) = Create(role);
        await connection.PingAsync(default(ReadOnlyMemory<byte>));
        await connection.PingAsync(new byte[125]);
        await using (WebSocketMessageSender pieces = await connection.BeginMessageAsync(WebSocketOpcode.Binary))
        {
            await pieces.WriteAsync(new byte[1]);
            await connection.PingAsync();
            await connection.PongAsync(new byte[3]);
            await pieces.CompleteAsync();
        }

        Assert.Equal(
            ["Ping 0 True", "Ping 125 True", "Binary 1 False", "Ping 8 True", "Pong 3 True", "Continuation 0 True"],
            await ReadFramesAsync(peer, role));
        connection.Abort();
    }

    private static (WebSocketConnection Connection, IDuplexPipe Peer) Create(WebSocketRole role, TimeProvider? time = null)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        return (new(ours, role, new() { TimeProvider = time ?? TimeProvider.System }), peer);
    }

    private static async Task SendAsync(IDuplexPipe peer, WebSocketRole role, params RawFrame[] frames)
        => await peer.Output.WriteAsync(frames.SelectMany(f => f.ToBytes(masked: role == WebSocketRole.Server)).ToArray());

    private static async Task AssertEndsAsync(WebSocketRole role, WebSocketCloseCode code, string reason, params RawFrame[] frames)
    {
        (WebSocketConnection connection, IDuplexPipe peer) = Create(role);
        await SendAsync(peer, role, frames);
        await peer.Output.CompleteAsync();
        Assert.Null(await connection.ReceiveAsync());
        await connection.CloseAsync((WebSocketCloseCode)4003, "own").AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal((code, reason), (connection.CloseCode, connection.CloseReason));
    }

    /// <summary>What has been written so far, or all of it.</summary>
    private static async Task<List<string>> ReadFramesAsync(IDuplexPipe peer, WebSocketRole role, bool toEnd = false)
    {
        using WebSocketFrameReader reader = new(peer.Input, role);
        List<string> frames = [];
        while (await reader.WaitToReadAsync().AsTask().WaitAsync(ConnectionPair.Patience))
        {
            while (reader.TryRead(out WebSocketFramePart part))
            {
                frames.Add($"{part.Header.Opcode} {part.Payload.Length} {part.Header.Fin}");
            }

            if (!toEnd)
            {
                return frames;
            }
        }

        return [.. frames, "end"];
    }
}
