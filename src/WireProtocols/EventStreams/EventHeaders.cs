using System.Buffers.Binary;

namespace WireProtocols.EventStreams;

/// <summary>
/// The headers of a message, in the order in which they were sent, which is meaningless (amazon-eventstream §Headers Format). They have been
/// checked, and are lent: <c>foreach</c> goes through them without a copy.
/// </summary>
public readonly ref struct EventHeaders
{
    internal EventHeaders(ReadOnlySpan<byte> encoded) => Encoded = encoded;

    /// <summary>The bytes of all headers as they were sent.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Goes through the headers.</summary>
    public Enumerator GetEnumerator() => new(Encoded);

    /// <summary>Finds a header by its name.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out EventHeader header)
    {
        foreach (EventHeader candidate in this)
        {
            if (candidate.Name.SequenceEqual(name))
            {
                header = candidate;
                return true;
            }
        }

        header = default;
        return false;
    }

    /// <summary>Copies that may be kept.</summary>
    public OwnedEventHeader[] ToArray()
    {
        List<OwnedEventHeader> headers = [];
        foreach (EventHeader header in this)
        {
            headers.Add(header.ToOwned());
        }

        return [.. headers];
    }

    /// <summary>The walk of <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> encoded) => _rest = encoded;

        /// <summary>The header that the walk has come to.</summary>
        public EventHeader Current { get; private set; }

        /// <summary>Goes to the next header.</summary>
        /// <returns>False behind the last one.</returns>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            int nameEnd = 1 + _rest[0];
            ReadOnlySpan<byte> name = _rest[1..nameEnd];
            EventHeaderType type = (EventHeaderType)_rest[nameEnd];
            _rest = _rest[(nameEnd + 1)..];
            int size = type.GetSize();
            if (type.HasLength())
            {
                size = BinaryPrimitives.ReadUInt16BigEndian(_rest);
                _rest = _rest[EventHeaderTypes.LengthSize..];
            }

            Current = new EventHeader(name, type, _rest[..size]);
            _rest = _rest[size..];
            return true;
        }
    }
}
