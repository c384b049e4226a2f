namespace WireProtocols.Conformance;

/// <summary>A request of the subject, and the connection to answer on.</summary>
/// <param name="Request">The head.</param>
/// <param name="Connection">What came behind the head is buffered.</param>
/// <param name="Number">Counts connections: the same number is the same connection, used again.</param>
/// <param name="HandBack">See <see cref="Release"/>.</param>
internal sealed record ClientArrival(ClientRequest Request, RawConnection Connection, int Number, Action<byte[]> HandBack) : IAsyncDisposable
{
    /// <summary>
    /// The answer is complete and the connection goes on: the next request on it is read as on any other connection, a report or one for the case.
    /// </summary>
    public void Release()
    {
        if (Connection.Detach() is { } rest)
        {
            HandBack(rest);
        }
    }

    /// <summary>Hangs up, unless the connection was released.</summary>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
