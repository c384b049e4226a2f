using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.Resume;

/// <summary>
/// How long a client waits before it connects again: exponential back-off with full jitter, so that clients which lost their server in one moment do
/// not come back in one moment. What a server asks for (a delay and a window) comes first. One caller at a time.
/// </summary>
public sealed class ReconnectBackoff
{
    /// <summary>What a timer can wait for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    private readonly ReconnectBackoffOptions _options;
    private TimeSpan? _asked;

    /// <param name="options">How to wait; <see cref="ReconnectBackoffOptions.Default"/> when null.</param>
    public ReconnectBackoff(ReconnectBackoffOptions? options = null) => _options = options ?? ReconnectBackoffOptions.Default;

    /// <summary>How many attempts in a row have failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether another attempt is allowed.</summary>
    public bool MayTryAgain => Failures < _options.MaxAttempts;

    /// <summary>The time to wait that an upper bound and a random number make.</summary>
    /// <param name="least">What is waited in any case.</param>
    /// <param name="first">The upper bound of what is waited on top, where nothing has failed.</param>
    /// <param name="failures">How many attempts in a row have failed; the bound doubles with each.</param>
    /// <param name="most">The most that the bound grows to.</param>
    /// <param name="random">In [0, 1).</param>
    public static TimeSpan GetDelay(TimeSpan least, TimeSpan first, int failures, TimeSpan most, double random)
    {
        double bound = Math.Min(most.Ticks, first.Ticks * Math.Pow(2, Math.Min(failures, 62)));
        double ticks = least.Ticks + (bound * random);
        return ticks >= Longest.Ticks ? Longest : TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>Takes note of how an attempt went.</summary>
    /// <param name="succeeded">Whether it brought the client to where it wanted to be.</param>
    public void Note(bool succeeded) => Failures = succeeded ? 0 : Failures + 1;

    /// <summary>The server asks to be left alone for a while (wire-resume §4); the newest wish counts.</summary>
    /// <param name="delay">How long at least.</param>
    /// <param name="window">Over how long the clients are spread behind that.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is negative.</exception>
    public void Ask(TimeSpan delay, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        _asked = GetDelay(Bound(delay), Bound(window), 0, _options.MaxAskedDelay, NextRandom());
    }

    /// <summary>How long to wait for the next attempt. What the server asked for counts once, and only where it is longer than the client would
    /// wait by itself: a server that asks for nothing at each attempt does not make the client hurry.</summary>
    public TimeSpan TakeDelay()
    {
        TimeSpan own = GetDelay(TimeSpan.Zero, _options.FirstDelay, Math.Max(0, Failures - 1), _options.MaxDelay, NextRandom());
        TimeSpan delay = _asked is { } asked && asked > own ? asked : own;
        _asked = null;
        return delay;
    }

    /// <summary>A random number in [0, 1) from the operating system.</summary>
    internal static double DrawRandom()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }

    private double NextRandom() => _options.Jitter?.Invoke() ?? DrawRandom();

    private TimeSpan Bound(TimeSpan asked) => asked > _options.MaxAskedDelay ? _options.MaxAskedDelay : asked;
}
