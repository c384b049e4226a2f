using NATS.Client.JetStream.Models;

namespace WireProtocols.Nats;

/// <summary>What a <see cref="NatsBackplane"/> keeps in JetStream, and where.</summary>
public sealed class NatsBackplaneOptions
{
    /// <summary>The defaults.</summary>
    public static NatsBackplaneOptions Default { get; } = new();

    /// <summary>The name of the stream, which holds all topics; the backplane makes it where there is none. The default is <c>WIRE</c>.</summary>
    /// <exception cref="ArgumentException">It is empty, or has a character that names of streams may not have.</exception>
    public string Stream { get; init => field = Token(value); } = "WIRE";

    /// <summary>The first token of all subjects. The default is <c>wire</c>.</summary>
    /// <exception cref="ArgumentException">It is empty, or is more than one token.</exception>
    public string Prefix { get; init => field = Token(value); } = "wire";

    /// <summary>The most messages that are retained of a topic. The default is 10000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxMessages { get; init => field = Positive(value); } = 10_000;

    /// <summary>The most bytes that are retained of all topics together. The default is 1024 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxBytes { get; init => field = Positive(value); } = 1024 * 1024 * 1024;

    /// <summary>How long a message is retained. The default is an hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 s, or more than 30 days.</exception>
    public TimeSpan MaxAge
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(30));
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>How many servers of a cluster hold the stream. The default is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 or above 5.</exception>
    public int Replicas
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 5);
            field = value;
        }
    } = 1;

    /// <summary>Whether the stream is in files or in memory. The default is in files.</summary>
    public StreamConfigStorage Storage { get; init; } = StreamConfigStorage.File;

    private static string Token(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        return value.Any(c => c is < '!' or > '~' or '.' or '*' or '>' or '/' or '\\')
            ? throw new ArgumentException($"'{value}' is no token of a subject.", nameof(value))
            : value;
    }

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }
}
