using System.Collections.Concurrent;

namespace WireProtocols.Conformance;

/// <summary>What the cases of a run look at together, so that it is asked for once.</summary>
internal sealed class ConformanceShared
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _parts = new(StringComparer.Ordinal);

    /// <summary>How many answers in a row have not come.</summary>
    public int Silences { get; private set; }

    /// <summary>An answer came or did not.</summary>
    public void Hear(bool hasAnswered) => Silences = hasAnswered ? 0 : Silences + 1;

    /// <summary>The first who asks for it makes it; the others wait.</summary>
    public Task<T> GetAsync<T>(string name, Func<Task<T>> make) => (Task<T>)_parts.GetOrAdd(name, _ => new Lazy<Task>(make)).Value;
}
