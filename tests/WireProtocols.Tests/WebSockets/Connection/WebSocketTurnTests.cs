using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketTurnTests
{
    [Fact]
    public async Task Turns_are_taken_in_order_and_who_leaves_is_passed_over()
    {
        WebSocketTurn turn = new(new object());
        Assert.True(turn.TryEnter());
        Assert.False(turn.TryEnter());
        using CancellationTokenSource cancel = new();
        Task first = turn.EnterAsync(CancellationToken.None);
        Task leaving = turn.EnterAsync(cancel.Token);
        Task last = turn.EnterAsync(cancel.Token.CanBeCanceled ? new CancellationTokenSource().Token : default);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.True(turn.EnterAsync(cancel.Token).IsCanceled);
        Assert.False(first.IsCompleted);
        turn.Exit();
        await first.WaitAsync(ConnectionPair.Patience);
        Assert.False(last.IsCompleted || turn.TryEnter());
        turn.Exit();
        await last.WaitAsync(ConnectionPair.Patience);
        turn.Exit();
        Assert.True(turn.TryEnter());
        Task gone = turn.EnterAsync(cancel.Token);
        Assert.True(gone.IsCanceled);
        turn.Exit();
        Assert.True(turn.TryEnter());
    }

    [Fact]
    public async Task Everybody_who_waits_gets_a_turn_and_nobody_shares_one()
    {
        WebSocketTurn turn = new(new object());
        int inside = 0;
        int entered = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int round = 0; round < 2000; round++)
            {
                using CancellationTokenSource cancel = new();
                if (!turn.TryEnter())
                {
                    Task entering = turn.EnterAsync(cancel.Token);
                    if ((round + worker) % 3 == 0)
                    {
                        await cancel.CancelAsync();
                    }

                    try
                    {
                        await entering;
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }
                }

                Assert.Equal(1, Interlocked.Increment(ref inside));
                entered++;
                Interlocked.Decrement(ref inside);
                turn.Exit();
            }
        }))).WaitAsync(ConnectionPair.Patience);
        Assert.InRange(entered, 8, 16_000);
        Assert.True(turn.TryEnter());
    }
}
