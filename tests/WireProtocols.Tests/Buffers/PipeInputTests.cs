using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Tests.Buffers;

public class PipeInputTests
{
    private readonly Pipe _pipe = new(new PipeOptions(useSynchronizationContext: false));
    private readonly PipeInput _input;

    public PipeInputTests() => _input = new PipeInput(_pipe.Reader);

    [Fact]
    public void Before_the_first_read_there_is_nothing()
    {
        Assert.True(_input.Unread.IsEmpty);
        Assert.True(_input.UnreadMemory.IsEmpty);
        Assert.False(_input.TryMoveToNextSegment());
        _input.Release();
    }

    [Fact]
    public async Task It_walks_the_segments_of_what_was_read()
    {
        PipeInput input = new(PipeReader.Create(Segments.Create([new byte[] { 1, 2 }, Array.Empty<byte>(), new byte[] { 3 }])));
        Assert.True(await input.ReadAsync(default));
        Assert.Equal((byte[])[1, 2], input.Unread);
        input.Advance(2);
        Assert.True(input.TryMoveToNextSegment());
        Assert.Equal((byte[])[3], input.UnreadMemory.Span);
        input.Advance(1);
        Assert.False(input.TryMoveToNextSegment());
        Assert.False(await input.ReadAsync(default));
    }

    [Fact]
    public async Task What_was_not_consumed_is_read_again_with_what_follows()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 });
        Assert.True(await _input.ReadAsync(default));
        _input.Advance(1);
        await _pipe.Writer.WriteAsync(new byte[] { 4 });
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([2, 3, 4], Drain());
    }

    [Fact]
    public async Task Release_gives_unconsumed_bytes_back_to_the_pipe()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 });
        Assert.True(await _input.ReadAsync(default));
        _input.Advance(2);
        _input.Release();
        Assert.True(_input.Unread.IsEmpty);
        Assert.True(_pipe.Reader.TryRead(out ReadResult result));
        Assert.Equal([3], result.Buffer.ToArray());
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        _input.Release();
    }

    [Fact]
    public async Task The_end_is_false_however_often_it_is_asked_for()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1 });
        await _pipe.Writer.CompleteAsync();
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([1], Drain());
        Assert.False(await _input.ReadAsync(default));
        Assert.False(await _input.ReadAsync(default));
    }

    [Fact]
    public async Task The_end_is_not_there_while_bytes_are_left()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2 });
        await _pipe.Writer.CompleteAsync();
        Assert.True(await _input.ReadAsync(default));
        _input.Advance(1);
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([2], Drain());
        Assert.False(await _input.ReadAsync(default));
    }

    [Fact]
    public async Task The_end_of_an_empty_input_is_false()
    {
        Task<bool> pending = _input.ReadAsync(default).AsTask();
        Assert.False(pending.IsCompleted);
        await _pipe.Writer.CompleteAsync();
        Assert.False(await pending);
    }

    [Fact]
    public async Task Cancelling_the_token_loses_nothing()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2 });
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([1, 2], Drain());

        using CancellationTokenSource cancellation = new();
        Task<bool> pending = _input.ReadAsync(cancellation.Token).AsTask();
        Assert.False(pending.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);

        await _pipe.Writer.WriteAsync(new byte[] { 3 });
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([3], Drain());
    }

    [Fact]
    public async Task A_token_cancelled_before_keeps_unconsumed_bytes()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2 });
        Assert.True(await _input.ReadAsync(default));
        _input.Advance(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _input.ReadAsync(new CancellationToken(true)));
        Assert.True(_input.Unread.IsEmpty);
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([2], Drain());
    }

    [Fact]
    public async Task CancelPendingRead_ends_a_wait_and_the_next_goes_on()
    {
        Task<bool> pending = _input.ReadAsync(default).AsTask();
        _pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAsync<OperationCanceledException>(() => pending);

        await _pipe.Writer.WriteAsync(new byte[] { 7 });
        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([7], Drain());
    }

    [Fact]
    public async Task CancelPendingRead_beside_buffered_bytes_leaves_them()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2 });
        _pipe.Reader.CancelPendingRead();
        ValueTask<bool> cancelled = _input.ReadAsync(default);
        Assert.True(cancelled.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cancelled);
        Assert.True(_input.Unread.IsEmpty);

        Assert.True(await _input.ReadAsync(default));
        Assert.Equal([1, 2], Drain());
    }

    [Fact]
    public async Task CancelPendingRead_at_the_end_leaves_the_end()
    {
        await _pipe.Writer.CompleteAsync();
        _pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _input.ReadAsync(default));
        Assert.False(await _input.ReadAsync(default));
    }

    [Fact]
    public async Task What_the_transport_throws_comes_through()
    {
        await _pipe.Writer.CompleteAsync(new IOException("gone"));
        IOException thrown = await Assert.ThrowsAsync<IOException>(async () => await _input.ReadAsync(default));
        Assert.Equal("gone", thrown.Message);
    }

    [Fact]
    public async Task Any_consumption_over_a_trickling_pipe_sees_every_byte_once()
    {
        byte[] expected = [.. Enumerable.Range(0, 500).Select(i => (byte)i)];
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            List<byte> seen = await Trickle.RunAsync(expected, 1 + random.Next(9), async reader =>
            {
                PipeInput input = new(reader);
                List<byte> bytes = [];
                while (await input.ReadAsync(default))
                {
                    do
                    {
                        int count = random.Next(1, input.Unread.Length + 1);
                        bytes.AddRange(input.Unread[..count]);
                        input.Advance(count);
                    }
                    while (!input.Unread.IsEmpty || input.TryMoveToNextSegment());
                }

                return bytes;
            });
            Assert.Equal(expected, seen);
        }
    }

    private byte[] Drain()
    {
        List<byte> bytes = [];
        do
        {
            bytes.AddRange(_input.Unread);
            _input.Advance(_input.Unread.Length);
        }
        while (_input.TryMoveToNextSegment());
        return [.. bytes];
    }
}
