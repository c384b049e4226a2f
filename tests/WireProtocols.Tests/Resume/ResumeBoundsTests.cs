using System.Buffers;
using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>What numbers and sizes at their ends do.</summary>
public class ResumeBoundsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1L << 32)]
    [InlineData(long.MaxValue)]
    public void What_was_never_handed_out_is_not_read_behind(long after)
    {
        ResumeSession session = new();
        ResumeMessage[] messages = new ResumeMessage[4];
        Assert.Throws<ArgumentOutOfRangeException>(nameof(after), () => session.Read(after, messages));
        session.TryAppend(false, new byte[1]);
        session.TryAppend(false, new byte[1]);
        Assert.Equal(2, session.Read(0, messages));
        session.TryAcknowledge(1);
        Assert.Equal(1, session.Read(0, messages));
        Assert.Equal(0, session.Read(2, messages));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(after), () => session.Read(Math.Max(after, 3), messages));
    }

    [Fact]
    public void A_frame_may_not_be_longer_than_what_memory_can_hold_behind_its_length()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResumeFrameOptions { MaxFrameLength = int.MaxValue });
        using ResumeFrameDecoder decoder = new(new ResumeFrameOptions { MaxFrameLength = Array.MaxLength - 8 });
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode([0xc0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 1, 1], out _, out _));
        Assert.Equal(ResumeProtocolError.FrameTooLong, decoder.Error);
    }

    [Fact]
    public async Task What_waits_to_be_taken_is_bounded_in_bytes()
    {
        using ResumeMailbox mailbox = new(new ResumeLocalLease(default, new ResumeSession()), TimeProvider.System);
        await mailbox.PutAsync(new ResumeMessage(1, false, new byte[600_000]), default);
        Task second = mailbox.PutAsync(new ResumeMessage(2, false, new byte[600_000]), default).AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal(1, (await mailbox.TakeAsync(default))?.Sequence);
        await second.WaitAsync(MemoryResumeConnection.Patience);
        Assert.Equal(2, (await mailbox.TakeAsync(default))?.Sequence);

        // One message may always wait, and nobody waits where nothing is taken any more.
        await mailbox.PutAsync(new ResumeMessage(3, false, new byte[5_000_000]), default);
        Task[] late = [.. Enumerable.Range(4, 3).Select(i => mailbox.PutAsync(new ResumeMessage(i, false, new byte[600_000]), default).AsTask())];
        mailbox.Complete(null);
        await Task.WhenAll(late).WaitAsync(MemoryResumeConnection.Patience);
        Assert.Equal(3, (await mailbox.TakeAsync(default))?.Sequence);
        Assert.Null(await mailbox.TakeAsync(default));
    }

    [Fact]
    public async Task What_is_sent_while_the_session_is_closed_is_taken_or_refused()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CloseWhileSendingAsync()));
    }

    private static async Task CloseWhileSendingAsync()
    {
        TaskCompletionSource<int> taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ResumeServer server = new(async (session, _) =>
        {
            int count = 0;
            while (await session.ReceiveAsync(CancellationToken.None) is not null)
            {
                count++;
            }

            taken.TrySetResult(count);
        });
        await using ResumeClient client = new(new ToServer(server));
        await client.SendAsync(new byte[1]);
        Task<int> sending = Task.Run(async () =>
        {
            for (int sent = 1; ; sent++)
            {
                try
                {
                    await client.SendAsync(new byte[1]);
                    await Task.Yield();
                }
                catch (ResumeEndedException)
                {
                    return sent;
                }
            }
        });
        await client.CloseAsync().WaitAsync(MemoryResumeConnection.Patience);
        Assert.Equal(await sending.WaitAsync(MemoryResumeConnection.Patience), await taken.Task.WaitAsync(MemoryResumeConnection.Patience));
    }

    private sealed class ToServer(ResumeServer server) : ResumeTransport
    {
        public override string Name => "memory";

        public override async ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
        {
            MemoryResumeConnection connection = MemoryResumeConnection.Connect(server);
            await connection.SendAsync(hello, true, cancellationToken);
            return connection;
        }
    }
}
