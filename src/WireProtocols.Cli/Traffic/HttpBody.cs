using WireProtocols.Cli.Formats;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>The body of a message: its bytes as rows, or what they say where the media type is known.</summary>
internal abstract class HttpBody : IDisposable
{
    /// <summary>Whether the body has ended, well or with a violation.</summary>
    public bool IsComplete { get; protected set; }

    /// <summary>Whether its framing is broken, so that nobody knows where the next message begins.</summary>
    public bool HasFailed { get; protected set; }

    /// <param name="run">Where it is shown; offsets count from its first byte.</param>
    /// <param name="framing">Where it ends.</param>
    /// <param name="fields">The fields of its head.</param>
    /// <param name="question">The request that it answers; null in a request.</param>
    /// <param name="settings">What is shown.</param>
    /// <returns>Null where there is none.</returns>
    public static HttpBody? Create(FormatRun run, Http1BodyFraming framing, Http1Fields fields, HttpQuestion? question, TrafficSettings settings)
        => framing.Kind switch
        {
            Http1BodyKind.Chunked => new ChunkedBody(run, BodyContent.Create(run.Behind(), isCoded: true, fields, question)),
            Http1BodyKind.Length => new PlainBody(run, framing.Length, BodyContent.Create(run, isCoded: false, fields, question), settings),
            Http1BodyKind.UntilClose => new PlainBody(run, null, BodyContent.Create(run, isCoded: false, fields, question), settings),
            _ => null,
        };

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
