namespace WireProtocols.Conformance;

/// <summary>What carries the bytes of a connection.</summary>
internal interface IRawTransport : IDisposable
{
    /// <summary>Whether the peer has hung up, as far as it shows without waiting.</summary>
    bool HasEnded { get; }

    /// <returns>How many bytes came; 0 at the end.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop);

    /// <returns>How many of the bytes were taken.</returns>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop);

    /// <summary>Ends the direction to the peer.</summary>
    void EndSending();

    /// <summary>Goes away without a word: what is on its way is answered with a reset.</summary>
    void Abort();
}
