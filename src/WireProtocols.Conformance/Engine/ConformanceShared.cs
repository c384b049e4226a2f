using System.Collections.Concurrent;

namespace WireProtocols.Conformance;

/// <summary>What the cases of a run look at together, so that it is asked for once.</summary>
internal sealed class ConformanceShared
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _parts = new(StringComparer.Ordinal);
    private int _silences;

    /// <summary>How many answers have not come in this run.</summary>
    public int Silences => Volatile.Read(ref _silences);

    /// <summary>An answer did not come.</summary>
    public void MissAnswer() => Interlocked.Increment(ref _silences);

    /// <summary>The first who asks for it makes it; the others wait.</summary>
    public Task<T> GetAsync<T>(string name, Func<Task<T>> make) => (Task<T>)_parts.GetOrAdd(name, _ => new Lazy<Task>(make)).Value;
}
