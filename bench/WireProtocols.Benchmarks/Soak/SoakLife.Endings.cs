using System.Net.Sockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak;

/// <content>The ways it can end.</content>
internal sealed partial class SoakLife
{
    /// <summary>How long anything may take that needs no waiting: generous, for a machine with much else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The first hundred bytes of a frame of a thousand.</summary>
    private static readonly byte[] HalfFrame = [0x82, 0xfe, 0x03, 0xe8, 1, 2, 3, 4, .. new byte[92]];

    /// <summary>What the receiver says to the end, where it says something.</summary>
    public string? Ending { get; private set; }

    /// <summary>Closes in good order.</summary>
    /// <returns>Whether the server did too.</returns>
    public async Task<bool> CloseAsync()
    {
        await _connection.CloseAsync().AsTask().WaitAsync(Patience);
        await Receiving.WaitAsync(Patience);
        return _connection.CloseCode == WebSocketCloseCode.NormalClosure;
    }

    /// <summary>Kills it.</summary>
    public async Task KillAsync(SoakTrouble how)
    {
        // A frame of the connection's own that is under way is in the middle already.
        bool isInFrame = how is SoakTrouble.ResetInFrame or SoakTrouble.EndInFrame;
        if (isInFrame && Volatile.Read(ref _sendsUnderWay) == 0)
        {
            await _socket.SendAsync(HalfFrame);
        }

        if (how is SoakTrouble.End or SoakTrouble.EndInFrame)
        {
            Interlocked.Increment(ref how == SoakTrouble.End ? ref _counts.Ends : ref _counts.EndsInFrame);
            _socket.Shutdown(SocketShutdown.Send);
            if (await Task.WhenAny(Receiving, Task.Delay(Patience)) != Receiving)
            {
                Interlocked.Increment(ref _counts.EndsIgnored);
            }
        }
        else
        {
            Interlocked.Increment(ref how == SoakTrouble.Reset ? ref _counts.Resets : ref _counts.ResetsInFrame);
            _socket.LingerState = new LingerOption(true, 0);
            _socket.Close();
        }

        await DropAsync();
    }

    /// <summary>Stops reading and writing, and looks after <paramref name="patience"/> whether the server has noticed.</summary>
    public async Task GoSilentAsync(TimeSpan patience)
    {
        Interlocked.Increment(ref _counts.HalfOpen);
        Interlocked.Increment(ref _counts.HalfOpenNow);
        await _silence.CancelAsync();
        await Receiving;
        await Task.Delay(patience);
        Interlocked.Increment(ref await HasEndedAsync() ? ref _counts.HalfOpenDropped : ref _counts.HalfOpenKept);
        Interlocked.Decrement(ref _counts.HalfOpenNow);
        await DropAsync();
    }

    /// <summary>Reads what there is: echoes and Pings that were sent to nobody, and behind them the end, or nothing.</summary>
    private async Task<bool> HasEndedAsync()
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(2));
        byte[] buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, timeout.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task DropAsync()
    {
        _connection.Abort();
        await _connection.DisposeAsync().AsTask().WaitAsync(Patience);
        await Receiving.WaitAsync(Patience);
    }
}
