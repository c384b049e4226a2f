using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A message of three fragments, "Pay ", "not " and "Bob", and whoever comes between them: nobody is told to pay Bob.</summary>
public class WebSocketWholeMessageTests : IAsyncDisposable
{
    private static readonly byte[] Pay = RawFrame.Text("Pay ", fin: false).ToBytes(masked: true);
    private static readonly byte[] Not = RawFrame.More("not ").ToBytes(masked: true);
    private static readonly byte[] Bob = RawFrame.More("Bob", fin: true).ToBytes(masked: true);
    private static readonly byte[] Next = RawFrame.Text("next").ToBytes(masked: true);
    private static readonly byte[] Close = RawFrame.Close(1000).ToBytes(masked: true);

    private readonly WebSocketConnection _connection;
    private readonly IDuplexPipe _peer;

    public WebSocketWholeMessageTests()
    {
        (IDuplexPipe ours, _peer) = DuplexPipes.Create(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        _connection = new WebSocketConnection(ours, WebSocketRole.Server);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Abort();
        await _connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_whose_beginning_a_cancelled_close_has_dropped_does_not_come_at_all()
    {
        await DropAsync(Pay);
        await _peer.Output.WriteAsync((byte[])[.. Not, .. Bob, .. Next]);
        Assert.Equal("next", await ReceiveAsync());
    }

    [Fact]
    public async Task A_message_whose_middle_a_cancelled_close_has_dropped_does_not_come_at_all()
    {
        await ReceiveInVainAsync(Pay);
        await DropAsync(Not);
        await _peer.Output.WriteAsync((byte[])[.. Bob, .. Next]);
        Assert.Equal("next", await ReceiveAsync());
    }

    [Fact]
    public async Task A_message_whose_end_a_cancelled_close_has_dropped_does_not_come_at_all()
    {
        await ReceiveInVainAsync([.. Pay, .. Not]);
        await DropAsync(Bob);
        await _peer.Output.WriteAsync(Next);
        Assert.Equal("next", await ReceiveAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_has_the_beginning_in_pieces_gets_nothing_more_where_a_close_has_dropped_the_middle(bool intoWriter)
    {
        ArrayBufferWriter<byte> output = new();
        if (intoWriter)
        {
            using CancellationTokenSource cancel = new();
            Task receiving = _connection.ReceiveAsync(output, cancel.Token).AsTask();
            await _peer.Output.WriteAsync(Pay);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        }
        else
        {
            await _peer.Output.WriteAsync(Pay);
            Assert.True(await _connection.WaitToReadAsync());
            Assert.True(_connection.TryRead(out WebSocketMessagePart part));
            output.Write(part.Payload);
            Assert.False(_connection.TryRead(out _));
        }

        Assert.Equal("Pay ", Encoding.UTF8.GetString(output.WrittenSpan));
        await DropAsync(Not);
        await _peer.Output.WriteAsync((byte[])[.. Bob, .. Next, .. Close]);
        Assert.Null(await _connection.ReceiveAsync(output));
        Assert.Equal("Pay ", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(WebSocketCloseCode.NormalClosure, _connection.CloseCode);
    }

    [Fact]
    public async Task What_a_cancelled_receive_has_taken_in_comes_as_the_first_piece()
    {
        await ReceiveInVainAsync(Pay);
        await _peer.Output.WriteAsync((byte[])[.. Not, .. Bob]);
        StringBuilder message = new();
        bool isLast = false;
        while (!isLast && await _connection.WaitToReadAsync())
        {
            while (_connection.TryRead(out WebSocketMessagePart part))
            {
                Assert.Equal(message.Length == 0, part.IsFirst);
                message.Append(Encoding.UTF8.GetString(part.Payload));
                isLast = part.IsLast;
            }
        }

        Assert.Equal("Pay not Bob", message.ToString());
    }

    [Fact]
    public async Task A_message_that_has_begun_in_pieces_is_not_received_whole()
    {
        await _peer.Output.WriteAsync(Pay);
        Assert.True(await _connection.WaitToReadAsync());
        Assert.True(_connection.TryRead(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _connection.ReceiveAsync().AsTask());
        await _peer.Output.WriteAsync((byte[])[.. Not, .. Bob]);
        ArrayBufferWriter<byte> rest = new();
        Assert.Equal(WebSocketOpcode.Text, await _connection.ReceiveAsync(rest));
        Assert.Equal("not Bob", Encoding.UTF8.GetString(rest.WrittenSpan));
    }

    [Fact]
    public async Task A_message_that_is_sent_in_pieces_and_left_is_not_taken_for_a_whole_one()
    {
        await using (WebSocketMessageSender message = await _connection.BeginMessageAsync(WebSocketOpcode.Text))
        {
            await message.WriteAsync("Pay "u8.ToArray());
            Assert.Equal(4, message.BytesWritten);
        }

        Assert.Equal(WebSocketCloseCode.InternalError, _connection.CloseCode);
        using WebSocketFrameReader reader = new(_peer.Input, WebSocketRole.Server);
        List<string> frames = [];
        Assert.True(await reader.WaitToReadAsync());
        while (reader.TryRead(out WebSocketFramePart part))
        {
            frames.Add($"{part.Header.Opcode} {part.Header.Fin}");
        }

        Assert.Equal(["Text False", "Close True"], frames);
    }

    /// <summary>The closer drops what comes, and is cancelled.</summary>
    private async Task DropAsync(byte[] bytes)
    {
        using CancellationTokenSource cancel = new();
        Task closing = _connection.CloseAsync(cancellationToken: cancel.Token).AsTask();
        await _peer.Output.WriteAsync(bytes);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
    }

    /// <summary>A receiver takes a part of a message in, and is cancelled.</summary>
    private async Task ReceiveInVainAsync(byte[] bytes)
    {
        using CancellationTokenSource cancel = new();
        Task receiving = _connection.ReceiveAsync(cancel.Token).AsTask();
        await _peer.Output.WriteAsync(bytes);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    private async Task<string?> ReceiveAsync()
    {
        using OwnedWebSocketMessage? message = await _connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        return message?.GetText();
    }
}
