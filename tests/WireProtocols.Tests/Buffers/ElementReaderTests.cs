using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Buffers;

/// <summary>The loop of the readers, over a decoder of pairs: two bytes are an element, 'X' breaks a rule, "!!" ends the message.</summary>
public class ElementReaderTests
{
    [Fact]
    public async Task Elements_are_yielded_in_order_and_the_wait_says_when_nothing_more_comes()
    {
        Pipe pipe = new();
        ElementReader<Pairs, Pair> reader = new(pipe.Reader, new Pairs(new PairState()));
        await pipe.Writer.WriteAsync("abcde"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("ab", Next(reader));
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("cd", Next(reader));
        Assert.Null(Next(reader));
        ValueTask<bool> wait = reader.WaitToReadAsync(default);
        Assert.False(wait.IsCompleted);
        await pipe.Writer.WriteAsync("f"u8.ToArray());
        Assert.True(await wait);
        Assert.Equal("ef", Next(reader));
        pipe.Writer.Complete();
        Assert.Null(Next(reader));
        Assert.False(await reader.WaitToReadAsync(default));
        Assert.False(await reader.WaitToReadAsync(default));
    }

    [Fact]
    public async Task The_end_inside_an_element_comes_out_of_the_wait()
    {
        Pipe pipe = new();
        ElementReader<Pairs, Pair> reader = new(pipe.Reader, new Pairs(new PairState()));
        await pipe.Writer.WriteAsync("a"u8.ToArray());
        pipe.Writer.Complete();
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Null(Next(reader));
        ValueTask<bool> wait = reader.WaitToReadAsync(default);
        await Assert.ThrowsAsync<ChunkedProtocolException>(async () => await wait);
        await Assert.ThrowsAsync<ChunkedProtocolException>(async () => await reader.WaitToReadAsync(default));
    }

    [Fact]
    public async Task An_element_that_only_the_end_completes_is_read_before_the_end()
    {
        Pipe pipe = new();
        ElementReader<Pairs, Pair> reader = new(pipe.Reader, new Pairs(new PairState { LendsLast = true }));
        await pipe.Writer.WriteAsync("abc"u8.ToArray());
        pipe.Writer.Complete();
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("ab", Next(reader));
        Assert.Null(Next(reader));
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("c", Next(reader));
        Assert.Null(Next(reader));
        Assert.False(await reader.WaitToReadAsync(default));
    }

    [Fact]
    public async Task A_broken_rule_is_thrown_after_what_came_before_it_and_again_later()
    {
        Pipe pipe = new();
        ElementReader<Pairs, Pair> reader = new(pipe.Reader, new Pairs(new PairState()));
        await pipe.Writer.WriteAsync("abXX"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("ab", Next(reader));
        Assert.Throws<ChunkedProtocolException>(() => Next(reader));
        Assert.Throws<ChunkedProtocolException>(() => Next(reader));
    }

    [Fact]
    public async Task A_cancelled_wait_loses_nothing()
    {
        Pipe pipe = new();
        ElementReader<Pairs, Pair> reader = new(pipe.Reader, new Pairs(new PairState()));
        await pipe.Writer.WriteAsync("a"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Null(Next(reader));
        using CancellationTokenSource source = new();
        ValueTask<bool> wait = reader.WaitToReadAsync(source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
        await pipe.Writer.WriteAsync("b"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("ab", Next(reader));
        pipe.Reader.CancelPendingRead();
        Assert.Null(Next(reader));
        ValueTask<bool> cancelled = reader.WaitToReadAsync(default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cancelled);
    }

    [Fact]
    public async Task What_follows_a_message_that_ended_by_itself_stays_in_the_pipe()
    {
        Pipe pipe = new();
        ElementReader<Pairs, Pair> reader = new(pipe.Reader, new Pairs(new PairState()));
        await pipe.Writer.WriteAsync("ab!!rest"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync(default));
        Assert.Equal("ab", Next(reader));
        Assert.Equal("!!", Next(reader));
        Assert.False(await reader.WaitToReadAsync(default));
        reader.Release();
        ReadResult rest = await pipe.Reader.ReadAsync();
        Assert.Equal("rest"u8.ToArray(), rest.Buffer.ToArray());
    }

    private static string? Next(ElementReader<Pairs, Pair> reader)
        => reader.TryRead(out Pair pair) ? System.Text.Encoding.ASCII.GetString(pair.Bytes) : null;

    private readonly ref struct Pair(ReadOnlySpan<byte> bytes)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;
    }

    private sealed class PairState
    {
        public Scratch Bytes;

        public bool IsCompleted { get; set; }

        public bool LendsLast { get; init; }
    }

    private readonly struct Pairs(PairState state) : IElementDecoder<Pair>
    {
        public bool IsCompleted => state.IsCompleted;

        public bool HasLast => state.LendsLast && state.Bytes.Length > 0;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out Pair element)
        {
            state.Bytes.EndLoan();
            bytesConsumed = Math.Min(source.Length, 2 - state.Bytes.Length);
            element = default;
            if (source.StartsWith("X"u8))
            {
                bytesConsumed = 0;
                return OperationStatus.InvalidData;
            }

            if (bytesConsumed + state.Bytes.Length < 2)
            {
                state.Bytes.Gather(source[..bytesConsumed]);
                return OperationStatus.NeedMoreData;
            }

            element = new Pair(state.Bytes.Lend(source[..bytesConsumed]));
            state.IsCompleted = element.Bytes.SequenceEqual("!!"u8);
            return OperationStatus.Done;
        }

        public OperationStatus DecodeLast(out Pair element)
        {
            element = new Pair(state.Bytes.Lend(default));
            return OperationStatus.Done;
        }

        public OperationStatus Complete() => state.Bytes.Length == 0 ? OperationStatus.Done : OperationStatus.InvalidData;

        public WireProtocolException CreateException() => new ChunkedProtocolException(ChunkedProtocolError.UnexpectedEnd, 0);
    }
}
