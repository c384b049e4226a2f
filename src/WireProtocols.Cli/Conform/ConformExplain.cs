using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>What a case stands on; and where it was played, every byte of it.</summary>
internal static class ConformExplain
{
    public static void Write(OutputBuffer output, ConformanceCase explained, ConformanceResult? played)
    {
        output.Write($"{explained.Id}  ({ConformRow.NameOf(explained.Level).ToUpperInvariant()}, {explained.Spec})\n\n");
        output.Write($"  \"{explained.Sentence}\"\n\n");
        output.Write($"  expected: {explained.Expected}\n");
        output.Write($"  to do:    {explained.Advice}\n");
        if (explained.Advisories.Count > 0)
        {
            output.Write($"  known as: {string.Join(", ", explained.Advisories)}\n");
        }

        if (explained.Autobahn.Count > 0)
        {
            output.Write($"  Autobahn: {string.Join(", ", explained.Autobahn)}\n");
        }

        if (played is null)
        {
            output.Write("\n  With the URL of a server, or with --listen and --exec, the case is played, and its bytes are shown.\n");
            return;
        }

        output.Write($"  got:      {View.SafeText.Of(played.Finding.Got)}\n  verdict:  {ConformRow.NameOf(played.Verdict)}\n\n");
        foreach (ConformanceTraceLine line in played.Trace)
        {
            output.Write($"  {line}\n");
        }
    }
}
