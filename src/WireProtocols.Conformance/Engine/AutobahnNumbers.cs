using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>Lists of case numbers: <c>4.1.1-4.1.3, 5.1</c>.</summary>
internal static class AutobahnNumbers
{
    public static IEnumerable<string> Expand(string numbers)
    {
        foreach (string range in numbers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            int dot = ends[0].LastIndexOf('.');
            int first = int.Parse(ends[0].AsSpan(dot + 1), CultureInfo.InvariantCulture);
            int last = int.Parse(ends[^1].AsSpan(ends[^1].LastIndexOf('.') + 1), CultureInfo.InvariantCulture);
            for (int number = first; number <= last; number++)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{ends[0][..dot]}.{number}");
            }
        }
    }
}
