using WireProtocols.Cli.View;

namespace WireProtocols.Cli.Formats;

/// <summary>
/// One decoding: takes the input in pieces of any size and prints each element through <see cref="Run"/> as soon as its last byte is there.
/// What it prints must not depend on the pieces: a payload that a row shows is collected (<see cref="PayloadCollector"/>) until it is whole,
/// or printed in pieces whose bounds follow from the payload alone.
/// </summary>
internal abstract class FormatSession(FormatRun run) : IDisposable
{
    protected FormatRun Run { get; } = run;

    /// <summary>Takes in all of <paramref name="bytes"/>.</summary>
    /// <returns>False to stop: after a violation, or when what follows belongs to somebody else. Nothing is called after that.</returns>
    public abstract bool Feed(ReadOnlySpan<byte> bytes);

    /// <summary>The input ends here.</summary>
    public abstract void Complete();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
