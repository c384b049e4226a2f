namespace WireProtocols.Testing;

/// <summary>Runs a target on one input, and counts the work.</summary>
internal sealed class FuzzRun(FuzzTarget target, long maxSteps)
{
    private const int LengthOfKind = 60;

    /// <summary>How many basic blocks of the library the last input took; nothing is counted where it is not woven.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs it.</summary>
    /// <returns>What it threw; null where every invariant held.</returns>
    public Exception? Try(ReadOnlySpan<byte> input)
    {
        Coverage.Restart(maxSteps);
        try
        {
            target.Run(input);
            return null;
        }
#pragma warning disable CA1031 // Whatever a target throws is the finding.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
        finally
        {
            Steps = Coverage.Steps;
            Coverage.Restart();
        }
    }

    /// <summary>What two failures of the same fault have in common: the type, and the beginning of the message without its figures.</summary>
    public static string KindOf(Exception exception)
    {
        string line = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : "";
        string words = string.Concat(line.Where(c => !char.IsDigit(c)));
        return $"{exception.GetType().Name}: {(words.Length > LengthOfKind ? words[..LengthOfKind] : words)}";
    }
}
