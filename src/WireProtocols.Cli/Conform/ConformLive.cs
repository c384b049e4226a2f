using System.Globalization;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>The tree on a terminal while the cases are played: a line a branch with its counts, and below it the progress.</summary>
internal sealed class ConformLive(ToolIO io, int total)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly SortedDictionary<string, int[]> _branches = new(StringComparer.Ordinal);
    private readonly long _start = io.Time.GetTimestamp();
    private TimeSpan _next;
    private int _lines;
    private int _done;

    public void Show(ConformanceResult result)
    {
        _done++;
        if (!io.ErrorIsTerminal)
        {
            return;
        }

        string branch = string.Join('/', result.Case.Id.Split('/').Take(2));
        if (!_branches.TryGetValue(branch, out int[]? counts))
        {
            _branches[branch] = counts = new int[5];
        }

        counts[(int)result.Verdict]++;
        TimeSpan elapsed = io.Time.GetElapsedTime(_start);
        if (elapsed >= _next || _done == total)
        {
            _next = elapsed + Interval;
            Draw(elapsed);
        }
    }

    /// <summary>Takes the tree away.</summary>
    public void Clear()
    {
        if (_lines > 0)
        {
            io.Error.Write($"\e[{_lines}A\e[J");
            io.Error.Flush();
            _lines = 0;
        }
    }

    private void Draw(TimeSpan elapsed)
    {
        Clear();
        foreach ((string branch, int[] counts) in _branches)
        {
            io.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {branch,-16} {Describe(counts)}"));
        }

        TimeSpan left = elapsed * ((double)(total - _done) / _done);
        io.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {_done} of {total} cases, {elapsed.TotalSeconds:0} s, about {left.TotalSeconds:0} s to go"));
        io.Error.Flush();
        _lines = _branches.Count + 1;
    }

    private string Describe(int[] counts)
        => string.Join("  ", Enumerable.Range(0, counts.Length).Where(v => counts[v] > 0).Select(v => Paint((ConformanceVerdict)v, counts[v])));

    private string Paint(ConformanceVerdict verdict, int count)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{count} {ConformRow.NameOf(verdict)}");
        int colour = verdict switch { ConformanceVerdict.Pass => 32, ConformanceVerdict.Fail => 31, ConformanceVerdict.Warn => 33, _ => 2 };
        return io.NoColour ? text : $"\e[{colour}m{text}\e[0m";
    }
}
