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

        WriteOthers(output, explained);
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

    /// <summary>How other implementations answer: those that fail one by one, then the others.</summary>
    private static void WriteOthers(OutputBuffer output, ConformanceCase explained)
    {
        IReadOnlyList<ConformancePeerAnswer> answers = ConformancePeerAnswer.To(explained);
        string begin = "others:   ";
        foreach (ConformancePeerAnswer answer in answers.Where(a => a.Verdict == ConformanceVerdict.Fail))
        {
            output.Write($"  {begin}{ConformRow.NameOf(answer.Verdict),-5} {NameOf(answer)}: {View.SafeText.Of(answer.Got)}\n");
            begin = "          ";
        }

        foreach (IGrouping<(ConformanceVerdict Verdict, string Got), ConformancePeerAnswer> alike in answers
            .Where(a => a.Verdict != ConformanceVerdict.Fail)
            .GroupBy(a => (a.Verdict, a.Got)))
        {
            string names = string.Join(", ", alike.Select(NameOf));
            string why = alike.Key.Got.Length > 0 ? $" ({alike.Key.Got})" : "";
            output.Write($"  {begin}{ConformRow.NameOf(alike.Key.Verdict),-5} {names}{why}\n");
            begin = "          ";
        }

        if (answers.Count > 0)
        {
            output.Write($"            seen {answers.Min(a => a.Date):yyyy-MM-dd} to {answers.Max(a => a.Date):yyyy-MM-dd}\n");
        }
        else
        {
            output.Write("  others:   nobody was asked this yet\n");
        }
    }

    private static string NameOf(ConformancePeerAnswer answer) => $"{answer.Peer} {answer.Version}".TrimEnd();
}
