using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace WireProtocols.Conformance.Xunit;

/// <summary>
/// The ids of the cases for a subject, as the one argument of a theory. <see cref="ConformanceSuite.FindCase"/> gives the case of an id, and
/// <see cref="ConformanceRunner.PlayAsync(Uri, ConformanceCase, ConformanceOptions?, CancellationToken)"/> plays it.
/// </summary>
/// <param name="subject">What is examined: <c>websocket</c>, <c>http1</c> or <c>sse</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ConformanceCasesAttribute(string subject) : DataAttribute
{
    /// <summary>What is examined.</summary>
    public string Subject { get; } = subject;

    /// <summary>The cases for clients, and not those for servers.</summary>
    public bool OfClients { get; set; }

    /// <summary>Only cases whose id matches: a star is anything, a question mark one character.</summary>
    public string Filter { get; set; } = "*";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no such subject, or no such case.</exception>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ConformanceSuite suite = ConformanceSuite.Find(Subject, OfClients)
            ?? throw new ArgumentException($"There are no cases for '{Subject}'.", nameof(testMethod));
        ITheoryDataRow[] rows = [.. suite.Cases.Where(c => c.Matches(Filter)).Select(c => new TheoryDataRow<string>(c.Id))];
        return rows.Length > 0
            ? new ValueTask<IReadOnlyCollection<ITheoryDataRow>>(rows)
            : throw new ArgumentException($"No case of '{Subject}' matches '{Filter}'.", nameof(testMethod));
    }

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
