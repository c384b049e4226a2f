using System.Buffers;

namespace WireProtocols.Multipart;

/// <summary>The body of a part as it comes: which bytes are surely its own, and where a boundary ends it.</summary>
internal struct MultipartBody(byte[] delimiter, long maxLength)
{
    private MultipartMatch _match = new(delimiter);
    private long _length;

    /// <summary>True where the boundary behind the body has been there.</summary>
    public readonly bool HasEnded => _match.IsWhole;

    /// <summary>How many of the bytes taken in may belong to the boundary, or not.</summary>
    public readonly int HeldLength => _match.Held.Length;

    /// <summary>Begins behind a head. The line end of its empty line may be that of the boundary: then the body is empty.</summary>
    public void Begin()
    {
        _match.Begin(isBehindLineEnd: true);
        _length = 0;
    }

    /// <summary>Goes on.</summary>
    /// <param name="source">The bytes that follow those taken in so far.</param>
    /// <param name="isOwed">Whether the head of the part has not been handed on: it is, even where the limit is reached.</param>
    /// <param name="consumed">How many were taken in.</param>
    /// <param name="piece">Bytes of the body.</param>
    /// <returns><see cref="OperationStatus.Done"/> with a piece or at the end; <see cref="OperationStatus.InvalidData"/> where the body is too
    /// long, from the bytes on that are held.</returns>
    public OperationStatus Take(ReadOnlySpan<byte> source, bool isOwed, out int consumed, out ReadOnlySpan<byte> piece)
    {
        consumed = 0;
        piece = default;
        if (_match.IsUnderWay)
        {
            consumed = _match.Continue(source);
            if (_match.IsWhole)
            {
                return OperationStatus.Done;
            }

            if (consumed == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (!_match.Held.IsEmpty)
            {
                return GiveUpHeld(isOwed, out piece);
            }

            _match.GiveUp(0);
        }

        ReadOnlySpan<byte> rest = source[consumed..];
        int length = _match.Find(rest);
        long allowed = maxLength - _length;
        if (length > allowed)
        {
            // What the limit allows; the call that follows finds it reached.
            _match.Begin(isBehindLineEnd: false);
            length = (int)allowed;
            if (length == 0)
            {
                return isOwed ? OperationStatus.Done : OperationStatus.InvalidData;
            }
        }

        _length += length;
        consumed += length + _match.Held.Length;
        piece = rest[..length];
        return length > 0 || _match.IsWhole ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    /// <summary>What was held is no boundary: it belongs to the body.</summary>
    private OperationStatus GiveUpHeld(bool isOwed, out ReadOnlySpan<byte> piece)
    {
        piece = _match.Held;
        long allowed = maxLength - _length;
        if (allowed == 0 && !isOwed)
        {
            return OperationStatus.InvalidData;
        }

        piece = piece[..(int)Math.Min(piece.Length, allowed)];
        _length += piece.Length;
        _match.GiveUp(piece.Length);
        return OperationStatus.Done;
    }
}
