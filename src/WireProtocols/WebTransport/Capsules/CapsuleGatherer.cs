using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Puts the pieces of capsules together, up to a limit; what is larger is dropped without being held.</summary>
internal struct CapsuleGatherer(int limit)
{
    private PooledBuffer _payload;
    private long _offset = -1;
    private long _taken;

    /// <returns>The capsule that the piece completes, or null.</returns>
    /// <exception cref="InvalidOperationException">Somebody else has read pieces of the capsule.</exception>
    public OwnedCapsule? Add(in CapsulePart piece)
    {
        if (piece.IsFirst)
        {
            _payload.Clear();
            _offset = piece.Offset;
            _taken = 0;
        }

        if (piece.Length > limit)
        {
            return null;
        }

        _taken += piece.Payload.Length;
        if (piece.Offset != _offset || (piece.IsLast && _taken != piece.Length))
        {
            throw new InvalidOperationException("The beginning of this capsule has been read in pieces; so has the rest to be.");
        }

        if (!piece.IsStreamId)
        {
            _payload.Append(piece.Payload);
        }

        if (!piece.IsLast)
        {
            return null;
        }

        OwnedCapsule capsule = new(piece, _payload.Written.ToArray());
        _payload.Release();
        return capsule;
    }

    public void Release() => _payload.Release();
}
