namespace WireProtocols.Cli.Traffic;

/// <summary>What one direction of a connection carries at the moment: heads and bodies, frames, or bytes that nothing is known of.</summary>
internal abstract class TrafficStage : IDisposable
{
    /// <summary>What the bytes after those consumed are; null as long as it goes on.</summary>
    public TrafficStage? Next { get; protected set; }

    /// <summary>Bytes that were taken and belong to <see cref="Next"/>.</summary>
    public ReadOnlyMemory<byte> Leftover { get; protected set; }

    /// <summary>Takes bytes.</summary>
    /// <returns>How many were taken: all of them, or fewer where <see cref="Next"/> goes on.</returns>
    public abstract int Feed(ReadOnlySpan<byte> bytes);

    /// <summary>This direction ends here.</summary>
    public virtual void Complete()
    {
    }

    /// <summary>A pause: what is there is shown, though more of it may come.</summary>
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
