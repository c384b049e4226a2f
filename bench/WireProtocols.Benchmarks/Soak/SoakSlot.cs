using System.Net.Sockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>The place of one connection: when that is gone, a new one takes it.</summary>
internal sealed class SoakSlot(SoakRun run)
{
    private const int Down = 0;
    private const int Up = 1;
    private const int BurstLength = 16;

    private static uint _lives;

    private SoakLife? _life;
    private int _state;

    /// <summary>What goes on while no connection is up: its end, and the start of the next.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    public bool IsUp => Volatile.Read(ref _state) == Up;

    /// <summary>Messages under way on a connection that is up.</summary>
    public long Outstanding => IsUp ? _life!.Outstanding : 0;

    /// <summary>Connects.</summary>
    public Task ConnectAsync() => Work = Task.Run(StartLifeAsync);

    /// <summary>The second is over: sends a message, and perhaps gets into trouble. The clock calls it.</summary>
    public void Tick(Random random, SoakTroubles? troubles)
    {
        if (!IsUp)
        {
            return;
        }

        SoakLife life = _life!;

        // A large one first: the segments that the platform's pipes keep for the next one belong to the steady state.
        life.Send(life.IsNew ? SoakMessage.MaxLength : SoakMessage.ChooseLength(random));
        SoakTrouble trouble = troubles is null || life.IsPaused ? SoakTrouble.None : troubles.Choose(random);
        switch (trouble)
        {
            case SoakTrouble.None:
                break;
            case SoakTrouble.Pause or SoakTrouble.DeepPause:
                Interlocked.Increment(ref run.Counts.Pauses);
                life.Pause(random.Next(SoakTroubles.LeastPause, SoakTroubles.MostPause));
                SendBurst(life, random, isDeep: trouble == SoakTrouble.DeepPause);
                break;
            default:
                if (TryLeave())
                {
                    Work = Task.Run(() => SufferAsync(life, trouble));
                }

                break;
        }
    }

    /// <summary>Closes the connection that is up, in good order.</summary>
    public async Task CloseAsync()
    {
        SoakLife life = _life!;
        if (TryLeave())
        {
            life.Settle(isHealthy: true);
            bool isNormal = await life.CloseAsync();
            life.Dispose();
            Interlocked.Increment(ref isNormal ? ref run.Counts.ClosedNormally : ref run.Counts.UnexpectedEnds);
        }
    }

    private static void SendBurst(SoakLife life, Random random, bool isDeep)
    {
        for (int i = 0; i < BurstLength; i++)
        {
            life.Send(isDeep ? SoakMessage.MaxLength : SoakMessage.ChooseLength(random));
        }
    }

    private async Task SufferAsync(SoakLife life, SoakTrouble trouble)
    {
        if (trouble == SoakTrouble.HalfOpen)
        {
            await life.GoSilentAsync(run.Options.HalfOpenPatience);
        }
        else
        {
            await life.KillAsync(trouble);
        }

        life.Settle(isHealthy: false);
        life.Dispose();
        await StartLifeAsync();
    }

    private async Task StartLifeAsync()
    {
        try
        {
            SoakLife life = await SoakLife.ConnectAsync(run.Server.Echo, Interlocked.Increment(ref _lives), run.Counts);
            _life = life;
            Volatile.Write(ref _state, Up);
            Interlocked.Increment(ref run.Counts.Open);
            _ = WatchAsync(life);
        }
        catch (Exception exception) when (exception is IOException or SocketException or WireProtocolException)
        {
            Interlocked.Increment(ref run.Counts.ConnectFailures);
            run.Counts.AddDetail($"connect: {exception.Message}");
        }
    }

    /// <summary>Sees an end that nobody here brought about: that of the draining server, or one that should not be.</summary>
    private async Task WatchAsync(SoakLife life)
    {
        await life.Receiving;
        if (!TryLeave())
        {
            return;
        }

        life.Dispose();
        bool isDrained = run.IsDraining && life.CloseCode == WebSocketCloseCode.GoingAway;
        life.Settle(isHealthy: !isDrained);
        Interlocked.Increment(ref isDrained ? ref run.Counts.GoneAway : ref run.Counts.UnexpectedEnds);
        if (!isDrained)
        {
            run.Counts.AddDetail($"a healthy connection ended with {life.CloseCode}: {life.Ending}");
        }

        if (!run.IsDraining)
        {
            await ConnectAsync();
        }
    }

    /// <summary>Whoever gets the connection out of its place decides what becomes of it.</summary>
    private bool TryLeave()
    {
        bool leaves = Interlocked.CompareExchange(ref _state, Down, Up) == Up;
        Interlocked.Add(ref run.Counts.Open, leaves ? -1 : 0);
        return leaves;
    }
}
