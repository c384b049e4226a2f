using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using StackExchange.Redis;
using WireProtocols.Resume;

namespace WireProtocols.Redis;

/// <summary>
/// Sessions of <c>wire.resume.v1</c> in Redis 6.2 or newer, for several servers: a client whose server is gone goes on at another one. Each operation
/// is one script, so a lease that another node has taken can do nothing any more, whatever is under way.
/// </summary>
public sealed class RedisResumeStore : IResumeSessionStore, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RedisResumeLease> _held = new(StringComparer.Ordinal);
    private readonly IConnectionMultiplexer _connection;
    private readonly RedisResumeStoreOptions _options;
    private readonly RedisResumeScript _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    /// <param name="connection">A connection, which stays the application's.</param>
    /// <param name="options">The bounds; <see cref="RedisResumeStoreOptions.Default"/> when null.</param>
    public RedisResumeStore(IConnectionMultiplexer connection, RedisResumeStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _options = options ?? RedisResumeStoreOptions.Default;
        _script = new RedisResumeScript(connection, _options);
        _renewing = Task.Run(RenewAsync);
    }

    /// <summary>How many sessions this node has.</summary>
    public int Count => _held.Count;

    /// <inheritdoc/>
    public async ValueTask<IResumeLease?> CreateAsync(CancellationToken cancellationToken)
    {
        if (!await _script.HasRoomAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        ResumeSessionId id = ResumeSessionId.Create();
        string name = RedisResumeScript.NameOf(id);
        await _script.RunAsync(name, "create", 0, cancellationToken).ConfigureAwait(false);
        await _script.NoteAsync(name).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Hold(new RedisResumeLease(id, 1, _script, Leave));
    }

    /// <inheritdoc/>
    public async ValueTask<IResumeLease?> TakeAsync(ResumeSessionId id, CancellationToken cancellationToken)
    {
        string name = RedisResumeScript.NameOf(id);
        RedisResult[] result
            = await _script.RunAsync(name, "take", 0, cancellationToken, (byte[])_script.Taken!, Encoding.ASCII.GetBytes(name)).ConfigureAwait(false);
        return (int)result[0] == 0 ? Hold(new RedisResumeLease(id, (long)result[1], _script, Leave)) : null;
    }

    /// <summary>Lets go of all sessions, which stay where they are.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        foreach (RedisResumeLease lease in _held.Values)
        {
            lease.Lose();
        }
    }

    private RedisResumeLease Hold(RedisResumeLease lease)
    {
        RedisResumeLease? before = null;
        _held.AddOrUpdate(lease.Name, lease, (_, held) =>
        {
            before = held;
            return held.Generation < lease.Generation ? lease : held;
        });
        (before?.Generation > lease.Generation ? lease : before)?.Lose();
        return lease;
    }

    private void Leave(RedisResumeLease lease) => _held.TryRemove(KeyValuePair.Create(lease.Name, lease));

    /// <summary>Hears who has taken a session, and keeps those that have a connection here.</summary>
    private async Task RenewAsync()
    {
        ChannelMessageQueue? taken = null;
        using PeriodicTimer timer = new(_options.Keep / 4, _options.TimeProvider);
        try
        {
            do
            {
                taken ??= await ListenAsync().ConfigureAwait(false);
                foreach (RedisResumeLease lease in _held.Values)
                {
                    await KeepAsync(lease).ConfigureAwait(false);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The store is disposed of.
        }

        if (taken is not null)
        {
            await taken.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }
    }

    /// <returns>Null where Redis does not answer; it is tried again.</returns>
    private async Task<ChannelMessageQueue?> ListenAsync()
    {
        try
        {
            ChannelMessageQueue queue = await _connection.GetSubscriber().SubscribeAsync(_script.Taken).ConfigureAwait(false);
            queue.OnMessage(message => Hear(message.Message.ToString()));
            return queue;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return null;
        }
    }

    private async Task KeepAsync(RedisResumeLease lease)
    {
        try
        {
            if (lease.IsConnected)
            {
                await lease.RenewAsync(_stop.Token).ConfigureAwait(false);
            }
            else
            {
                await lease.LookAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // Whoever uses the lease hears of it.
        }
    }

    private void Hear(string taken)
    {
        if (taken.Split(' ') is [var name, var number] && _held.TryGetValue(name, out RedisResumeLease? lease)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long generation)
            && (generation == 0 || generation > lease.Generation))
        {
            lease.Lose();
        }
    }
}
