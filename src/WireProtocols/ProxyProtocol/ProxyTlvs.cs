using System.Buffers.Binary;

namespace WireProtocols.ProxyProtocol;

/// <summary>TLVs one behind the other, as they stand in a header or in a TLV of SSL: <c>foreach (ProxyTlv tlv in header.Tlvs)</c>.</summary>
public readonly ref struct ProxyTlvs
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Looks at bytes as TLVs; those that are cut short are not among them.</summary>
    public ProxyTlvs(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Begins with the first.</summary>
    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>Finds the first of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False where there is none.</returns>
    public bool TryGet(ProxyTlvType type, out ReadOnlySpan<byte> value)
    {
        foreach (ProxyTlv tlv in this)
        {
            if (tlv.Type == type)
            {
                value = tlv.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Copies that may be kept.</summary>
    internal IReadOnlyList<OwnedProxyTlv> ToList()
    {
        List<OwnedProxyTlv> owned = [];
        foreach (ProxyTlv tlv in this)
        {
            owned.Add(tlv.ToOwned());
        }

        return owned;
    }

    /// <summary>One TLV after the other.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _next;
        private int _length;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _bytes = bytes;

        /// <summary>The TLV that <see cref="MoveNext"/> has come to.</summary>
        public readonly ProxyTlv Current => new((ProxyTlvType)_bytes[Offset], _bytes.Slice(Offset + ProxyTlv.HeaderLength, _length));

        /// <summary>Where it begins.</summary>
        internal readonly int Offset => _next - ProxyTlv.HeaderLength - _length;

        /// <summary>Where the next one begins, or would: the length where all were whole.</summary>
        internal readonly int Next => _next;

        /// <summary>Goes on to the next.</summary>
        /// <returns>False where there is none that is whole.</returns>
        public bool MoveNext()
        {
            ReadOnlySpan<byte> rest = _bytes[_next..];
            if (rest.Length < ProxyTlv.HeaderLength)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (rest.Length - ProxyTlv.HeaderLength < length)
            {
                return false;
            }

            _length = length;
            _next += ProxyTlv.HeaderLength + length;
            return true;
        }
    }
}
