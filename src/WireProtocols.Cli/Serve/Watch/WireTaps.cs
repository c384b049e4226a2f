using System.Collections.Concurrent;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>Who watches, by the name that they chose: a request with <c>?wire=name</c> is watched by them.</summary>
internal sealed class WireTaps(TimeProvider time)
{
    private const int MaxTaps = 64;
    private const int MaxNameLength = 64;

    private readonly ConcurrentDictionary<string, WireTap> _taps = new(StringComparer.Ordinal);

    /// <returns>Null where the name is no good or taken, or too many watch already.</returns>
    public WireTap? TryOpen(string? name)
    {
        WireTap tap = new(time);
        return name is { Length: > 0 and <= MaxNameLength } && _taps.Count < MaxTaps && _taps.TryAdd(name, tap) ? tap : null;
    }

    public void Close(string name) => _taps.TryRemove(name, out _);

    public WireTap? Find(string? name) => name is not null && _taps.TryGetValue(name, out WireTap? tap) ? tap : null;
}
