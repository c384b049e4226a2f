namespace WireProtocols.Resume;

/// <summary>A way for a client to reach a server: one of the chain that a <see cref="ResumeClient"/> tries.</summary>
public abstract class ResumeTransport
{
    /// <summary>Its name, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Makes a connection and sends HELLO on it.</summary>
    /// <param name="hello">The frame.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection, whose first frame is the server's answer.</returns>
    /// <exception cref="IOException">There is no way to the server.</exception>
    /// <exception cref="WireProtocolException">What answers does not speak the protocol.</exception>
    public abstract ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken);
}

/// <summary>A server that refuses a connection and names the time to come back: <c>Retry-After</c> (RFC 9110 §10.2.3).</summary>
public sealed class ResumeRefusedException : IOException
{
    /// <param name="retryAfter">After how long the server wants the client back.</param>
    /// <param name="innerException">How it said so.</param>
    public ResumeRefusedException(TimeSpan retryAfter, Exception? innerException = null)
        : base($"The server asks to come back in {retryAfter.TotalSeconds} s.", innerException)
        => RetryAfter = retryAfter;

    /// <summary>After how long the server wants the client back.</summary>
    public TimeSpan RetryAfter { get; }
}
