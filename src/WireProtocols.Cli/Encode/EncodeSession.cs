namespace WireProtocols.Cli.Encode;

/// <summary>One encoding: takes rows of the kind that `wire decode --json` prints and writes their bytes to <see cref="EncodeRun.Output"/>.</summary>
internal abstract class EncodeSession(EncodeRun run)
{
    protected EncodeRun Run { get; } = run;

    /// <summary>Writes one row's bytes. Rows of the kind <c>error</c> do not come here.</summary>
    /// <exception cref="ArgumentException">The row cannot be written; the tool says so with the number of the line.</exception>
    public abstract void Encode(EncodeRow row);

    /// <summary>There are no more rows.</summary>
    public virtual void Complete()
    {
    }
}
