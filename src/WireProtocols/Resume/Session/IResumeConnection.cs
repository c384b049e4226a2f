using System.Buffers;

namespace WireProtocols.Resume;

/// <summary>Why a connection is closed (wire-resume §3, §4).</summary>
public enum ResumeCloseReason
{
    /// <summary>The session is over.</summary>
    Ended = 0,

    /// <summary>This end goes away; the session stays.</summary>
    GoingAway,

    /// <summary>A newer connection has the session.</summary>
    TakenOver,

    /// <summary>The other end broke a rule.</summary>
    Violation,

    /// <summary>There is no room for another session.</summary>
    Full,

    /// <summary>Something went wrong at this end.</summary>
    Failed,
}

/// <summary>What carries the frames of a session for a while, in order: one receiver, one sender at a time.</summary>
public interface IResumeConnection : IAsyncDisposable
{
    /// <summary>Whether what the application takes is acknowledged at once, since nothing more comes before: a connection that polls.</summary>
    bool WantsPromptAcks => false;

    /// <summary>Sends a frame.</summary>
    /// <param name="frame">The frame's bytes (<see cref="ResumeFrames.Write"/>); not used after the call has completed.</param>
    /// <param name="flush">Whether it leaves now; else it may wait for one that does.</param>
    /// <param name="cancellationToken">Ends the wait for the peer to read.</param>
    /// <exception cref="IOException">The connection is lost.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool flush, CancellationToken cancellationToken);

    /// <summary>Lets go what was sent without a flush.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Receives a frame.</summary>
    /// <param name="output">Where its bytes go, once it is whole.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost.</param>
    /// <returns>False when nothing more comes.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    /// <exception cref="WireProtocolException">The peer broke a rule.</exception>
    ValueTask<bool> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken);

    /// <summary>Closes the connection in good order, in bounded time. The session is not its business.</summary>
    ValueTask CloseAsync(ResumeCloseReason reason);

    /// <summary>Drops the connection at once.</summary>
    void Abort();
}
