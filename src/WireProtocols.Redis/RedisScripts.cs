using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using StackExchange.Redis;
using WireProtocols.Backplane;

namespace WireProtocols.Redis;

/// <summary>The two scripts that append to the log of a topic and read from it. Redis runs each as one step.</summary>
internal static class RedisScripts
{
    private const int MaxPageBytes = 1024 * 1024;

    private static readonly string AppendScript = Load("append.lua");
    private static readonly string ReadScript = Load("read.lua");

    public static async Task<BackplanePosition> AppendAsync(
        IDatabase database, RedisTopicKeys keys, BackplaneBatch batch, RedisBackplaneOptions options)
    {
        RedisValue[] values =
        [
            (byte[])keys.Channel!,
            NewEpoch(),
            batch.Known.Epoch.ToString(CultureInfo.InvariantCulture),
            batch.Known.Sequence,
            batch.Publisher.ToString("x", CultureInfo.InvariantCulture),
            batch.FirstNumber,
            options.MaxMessages,
            options.MaxBytes,
            (long)options.MaxAge.TotalMilliseconds,
            (long)options.TopicExpiry.TotalMilliseconds,
            .. batch.Records.Select(r => (RedisValue)r),
        ];
        RedisKey[] names = [keys.Head, keys.Log, keys.Publishers];
        RedisResult[] result = Parts(await database.ScriptEvaluateAsync(AppendScript, names, values).ConfigureAwait(false));
        return new BackplanePosition(ParseEpoch(result[0]), (long)result[1]);
    }

    public static async Task<BackplanePage> ReadAsync(
        IDatabase database, RedisTopicKeys keys, BackplanePosition after, int maxEntries, RedisBackplaneOptions options)
    {
        RedisValue[] values =
        [
            after.Epoch.ToString(CultureInfo.InvariantCulture),
            after.Sequence,
            maxEntries,
            MaxPageBytes,
            NewEpoch(),
            (long)options.TopicExpiry.TotalMilliseconds,
            (long)options.MaxAge.TotalMilliseconds,
        ];
        RedisResult[] result = Parts(await database.ScriptEvaluateAsync(ReadScript, [keys.Head, keys.Log], values).ConfigureAwait(false));
        ulong epoch = ParseEpoch(result[0]);
        RedisResult[] found = Parts(result[3]);
        BackplaneEntry[] entries = new BackplaneEntry[found.Length / 2];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = RedisTopicKeys.EntryAt(epoch, (long)found[2 * i], (byte[])found[(2 * i) + 1]!);
        }

        return new BackplanePage(entries, new BackplanePosition(epoch, (long)result[1]), (int)result[2] == 1);
    }

    /// <summary>An epoch that a log takes which begins anew; 63 bits, which IDs of entries have room for.</summary>
    private static string NewEpoch()
        => ((BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 1) | 1).ToString(CultureInfo.InvariantCulture);

    private static RedisResult[] Parts(RedisResult result)
        => (RedisResult[]?)result ?? throw new InvalidDataException("The script answered with nothing.");

    private static ulong ParseEpoch(RedisResult text) => ulong.Parse((string)text!, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The text of a script.</summary>
    public static string Load(string name)
    {
        using Stream stream = typeof(RedisScripts).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
