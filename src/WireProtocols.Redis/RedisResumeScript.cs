using StackExchange.Redis;
using WireProtocols.Resume;

namespace WireProtocols.Redis;

/// <summary>Runs the operations of leases.</summary>
internal sealed class RedisResumeScript(IConnectionMultiplexer connection, RedisResumeStoreOptions options)
{
    private static readonly string Script = RedisScripts.Load("session.lua");

    /// <summary>Where it is told who has taken a session, and that one is over: its name, a space, and the generation, 0 for none.</summary>
    public RedisChannel Taken { get; } = RedisChannel.Literal(options.Prefix + "taken");

    public ResumeSessionOptions Session => options.Session;

    private IDatabase Database => connection.GetDatabase(options.Database ?? -1);

    private RedisKey Sessions => options.Prefix + "sessions";

    /// <summary>The name of a session in Redis: whoever reads it there may be its client.</summary>
    public static string NameOf(ResumeSessionId id)
    {
        Span<byte> bytes = stackalloc byte[ResumeSessionId.Length];
        id.CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Runs one.</summary>
    /// <returns>What the script says: its first part is 0 where the lease holds.</returns>
    public async Task<RedisResult[]> RunAsync(
        string name, string operation, long generation, CancellationToken cancellationToken, params RedisValue[] arguments)
    {
        RedisKey[] keys = [$"{options.Prefix}{{{name}}}:session", $"{options.Prefix}{{{name}}}:messages"];
        RedisValue[] values = [operation, generation, (long)options.Keep.TotalMilliseconds, .. arguments];
        RedisResult result = await Database.ScriptEvaluateAsync(Script, keys, values).WaitAsync(cancellationToken).ConfigureAwait(false);
        return (RedisResult[]?)result ?? throw new InvalidDataException("The script answered with nothing.");
    }

    /// <summary>Whether another session may be made.</summary>
    public async Task<bool> HasRoomAsync(CancellationToken cancellationToken)
    {
        await Database.SortedSetRemoveRangeByScoreAsync(Sessions, double.NegativeInfinity, Now).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await Database.SortedSetLengthAsync(Sessions).WaitAsync(cancellationToken).ConfigureAwait(false) < options.MaxSessions;
    }

    /// <summary>Notes that a session is there, as long as it is kept.</summary>
    public Task NoteAsync(string name) => Database.SortedSetAddAsync(Sessions, name, Now + options.Keep.TotalMilliseconds);

    /// <summary>Notes that a session is over.</summary>
    public Task ForgetAsync(string name) => Database.SortedSetRemoveAsync(Sessions, name);

    private double Now => options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
}
