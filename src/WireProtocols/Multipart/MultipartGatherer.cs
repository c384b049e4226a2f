using WireProtocols.Buffers;

namespace WireProtocols.Multipart;

/// <summary>Puts the pieces of parts together. The decoder has held each to its limits before.</summary>
internal struct MultipartGatherer
{
    private OwnedMultipartField[]? _fields;
    private PooledBuffer _body;

    /// <returns>The part that the piece completes, or null.</returns>
    /// <exception cref="InvalidOperationException">Somebody else has read pieces of the part.</exception>
    public OwnedMultipartSection? Add(in MultipartSectionPart piece)
    {
        if (piece.IsFirst)
        {
            _fields = piece.Fields.ToArray();
        }

        if (_fields is null)
        {
            throw new InvalidOperationException("The beginning of this part has been read in pieces; so has the rest to be.");
        }

        _body.Append(piece.Body);
        if (!piece.IsLast)
        {
            return null;
        }

        OwnedMultipartSection section = new(piece.Offset, _fields, _body.Written.ToArray());
        Release();
        return section;
    }

    /// <summary>Forgets what has come of a part.</summary>
    public void Release()
    {
        _fields = null;
        _body.Release();
    }
}
