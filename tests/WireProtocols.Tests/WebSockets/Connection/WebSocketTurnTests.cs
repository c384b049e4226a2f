using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketTurnTests
{
    [Fact]
    public async Task Turns_are_taken_in_order_and_who_leaves_is_passed_over()
    {
        object gate = new();
        WebSocketTurn turn = default;
        Assert.True(turn.TryEnter());
        Assert.False(turn.TryEnter());
        using CancellationTokenSource cancel = new();
        Task first = turn.EnterAsync(gate, CancellationToken.None);
        Task leaving = turn.EnterAsync(gate, cancel.Token);
        Task last = turn.EnterAsync(gate, cancel.Token.CanBeCanceled ? new CancellationTokenSource().Token : default);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.True(turn.EnterAsync(gate, cancel.Token).IsCanceled);
        Assert.False(first.IsCompleted);
        turn.Exit(gate);
        await first.WaitAsync(ConnectionPair.Patience);
        Assert.False(last.IsCompleted || turn.TryEnter());
        turn.Exit(gate);
        await last.WaitAsync(ConnectionPair.Patience);
        turn.Exit(gate);
        Assert.True(turn.TryEnter());
        Task gone = turn.EnterAsync(gate, cancel.Token);
        Assert.True(gone.IsCanceled);
        turn.Exit(gate);
        Assert.True(turn.TryEnter());
    }

    [Fact]
    public async Task Everybody_who_waits_gets_a_turn_and_nobody_shares_one()
    {
        object gate = new();
        WebSocketTurn turn = default;
        int inside = 0;
        int entered = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int round = 0; round < 2000; round++)
            {
                using CancellationTokenSource cancel = new();
                if (!turn.TryEnter())
                {
                    Task entering = turn.EnterAsync(gate, cancel.Token);
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
                turn.Exit(gate);
            }
        }))).WaitAsync(ConnectionPair.Patience);
        Assert.InRange(entered, 8, 16_000);
        Assert.True(turn.TryEnter());
    }
}
