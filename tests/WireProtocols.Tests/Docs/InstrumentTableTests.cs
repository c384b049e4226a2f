using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Docs;

/// <summary>The table of docs/instruments.md has every one of the library, with its unit and description, and no other.</summary>
public class InstrumentTableTests
{
    [Fact]
    public void Every_instrument_stands_in_the_table()
    {
        // Types whose name ends so have the instruments, and make them when they are used first.
        foreach (Type type in typeof(WireProtocolException).Assembly.GetTypes().Where(t => t.Name.EndsWith("Metrics", StringComparison.Ordinal)))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        List<string> instruments = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name.StartsWith("WireProtocols.", StringComparison.Ordinal))
            {
                instruments.Add($"| `{instrument.Name}` | {instrument.Unit} | {instrument.Description} |");
            }
        };
        listener.Start();
        string[] table =
        [
            .. File.ReadLines(Repository.PathOf("docs", "instruments.md"))
                .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l[..(l.LastIndexOf('|', l.Length - 2) + 1)]),
        ];
        Assert.Equal(instruments.Order(StringComparer.Ordinal), table.Order(StringComparer.Ordinal));
    }
}
