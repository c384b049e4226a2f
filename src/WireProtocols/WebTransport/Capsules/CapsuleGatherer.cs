using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Puts the pieces of capsules together, up to a limit; what is larger is dropped without being held.</summary>
internal struct CapsuleGatherer(int limit)
{
    private PooledBuffer _payload;

    /// <returns>The capsule that the piece completes, or null.</returns>
    public OwnedCapsule? Add(in CapsulePart piece)
    {
        if (piece.IsFirst)
        {
            _payload.Clear();
        }

        bool fits = piece.Length <= limit;
        if (fits && !piece.IsStreamId)
        {
            _payload.Append(piece.Payload);
        }

        if (!piece.IsLast || !fits)
        {
            return null;
        }

        OwnedCapsule capsule = new(piece, _payload.Written.ToArray());
        _payload.Release();
        return capsule;
    }

    public void Release() => _payload.Release();
}
