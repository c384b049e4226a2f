namespace WireProtocols.Cli.Traffic;

/// <summary>The body of a message: its bytes as rows, or what they say where the media type is known.</summary>
internal abstract class HttpBody : IDisposable
{
    /// <summary>Whether the body has ended, well or with a violation.</summary>
    public bool IsComplete { get; protected set; }

    /// <summary>Whether its framing is broken, so that nobody knows where the next message begins.</summary>
    public bool HasFailed { get; protected set; }

    /// <summary>Takes bytes.</summary>
    /// <returns>How many belong to the body.</returns>
    public abstract int Feed(ReadOnlySpan<byte> bytes);

    /// <summary>The connection ends here.</summary>
    public abstract void Complete();

    /// <summary>Shows what is there, though more of it may come.</summary>
    public virtual void Pause()
    {
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
