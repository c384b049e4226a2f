using System.Buffers;
using System.Text;

namespace WireProtocols.WebTransport;

/// <summary>
/// Decodes field sections (RFC 9204 §4.5) of an encoder that was told SETTINGS_QPACK_MAX_TABLE_CAPACITY = 0: static table, literals,
/// Huffman. Whatever refers to the dynamic table is an error.
/// </summary>
public static class QpackDecoder
{
    /// <summary>Decodes a whole field section.</summary>
    /// <param name="section">The payload of a HEADERS frame.</param>
    /// <param name="maxSize">The most that the fields may amount to, counted as in <see cref="Http3Field.Size"/>.</param>
    /// <param name="fields">The fields in order, or none.</param>
    /// <param name="error">The rule that is broken.</param>
    /// <param name="errorIndex">Where in the section: the first byte of the representation, integer or string that breaks it.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Decode(
        ReadOnlySpan<byte> section, long maxSize, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out int errorIndex)
    {
        Reader reader = new(section, maxSize);
        List<Http3Field> decoded = [];
        bool good = reader.TryReadPrefix();
        while (good && !reader.IsAtEnd)
        {
            good = reader.TryReadField(out Http3Field field);
            if (good)
            {
                decoded.Add(field);
            }
        }

        fields = good ? decoded : [];
        error = reader.Error;
        errorIndex = reader.ErrorIndex;
        return good ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private ref struct Reader(ReadOnlySpan<byte> section, long maxSize)
    {
        private readonly ReadOnlySpan<byte> _section = section;
        private long _room = maxSize;
        private int _at;

        public WebTransportProtocolError Error { get; private set; }

        public int ErrorIndex { get; private set; }

        public readonly bool IsAtEnd => _at == _section.Length;

        /// <summary>RFC 9204 §4.5.1: with a capacity of 0, the Required Insert Count is 0, and a Base below it would be negative.</summary>
        public bool TryReadPrefix()
        {
            if (!TryReadInteger(8, out long insertCount))
            {
                return false;
            }

            if (insertCount != 0)
            {
                return Fail(WebTransportProtocolError.QpackDynamicReference, 0);
            }

            int baseAt = _at;
            bool negative = !IsAtEnd && (_section[_at] & 0x80) != 0;
            return TryReadInteger(7, out _) && (!negative || Fail(WebTransportProtocolError.QpackInvalidBase, baseAt));
        }

        public bool TryReadField(out Http3Field field)
        {
            int at = _at;
            byte first = _section[at];
            bool read = (first & 0x80) != 0 ? TryReadIndexed(first, out field)
                : (first & 0x40) != 0 ? TryReadNameReference(first, out field)
                : (first & 0x20) != 0 ? TryReadLiteral(out field)
                : FailField(out field);
            if (!read)
            {
                return false;
            }

            _room -= field.Size;
            return _room >= 0 || Fail(WebTransportProtocolError.FieldSectionTooLarge, at);
        }

        /// <summary>RFC 9204 §4.5.2.</summary>
        private bool TryReadIndexed(byte first, out Http3Field field)
            => (first & 0x40) == 0 ? FailField(out field) : TryReadStatic(6, out field);

        /// <summary>RFC 9204 §4.5.4.</summary>
        private bool TryReadNameReference(byte first, out Http3Field field)
        {
            if ((first & 0x10) == 0)
            {
                return FailField(out field);
            }

            field = default;
            if (!TryReadStatic(4, out Http3Field entry) || !TryReadString(7, out string value))
            {
                return false;
            }

            field = new Http3Field(entry.Name, value);
            return true;
        }

        /// <summary>RFC 9204 §4.5.6.</summary>
        private bool TryReadLiteral(out Http3Field field)
        {
            field = default;
            if (!TryReadString(3, out string name) || !TryReadString(7, out string value))
            {
                return false;
            }

            field = new Http3Field(name, value);
            return true;
        }

        private bool TryReadStatic(int prefixBits, out Http3Field field)
        {
            int at = _at;
            field = default;
            if (!TryReadInteger(prefixBits, out long index))
            {
                return false;
            }

            if (index >= QpackStaticTable.Entries.Length)
            {
                return Fail(WebTransportProtocolError.QpackInvalidStaticIndex, at);
            }

            field = QpackStaticTable.Entries[(int)index];
            return true;
        }

        /// <summary>RFC 9204 §4.1.2: the flag H is the bit above the prefix of the length.</summary>
        private bool TryReadString(int prefixBits, out string text)
        {
            text = "";
            int at = _at;
            bool huffman = !IsAtEnd && (_section[_at] & (1 << prefixBits)) != 0;
            if (!TryReadInteger(prefixBits, out long length))
            {
                return false;
            }

            if (length > _section.Length - _at)
            {
                return Fail(WebTransportProtocolError.QpackTruncated, at);
            }

            ReadOnlySpan<byte> bytes = _section.Slice(_at, (int)length);
            _at += (int)length;
            if (huffman)
            {
                return TryReadHuffman(bytes, at, out text);
            }

            if (length > _room)
            {
                return Fail(WebTransportProtocolError.FieldSectionTooLarge, at);
            }

            text = Encoding.Latin1.GetString(bytes);
            return true;
        }

        private bool TryReadHuffman(ReadOnlySpan<byte> bytes, int at, out string text)
        {
            // Never more than there is room for, whatever the length says.
            byte[] rented = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(_room, 1, Math.Max(1, Huffman.GetMaxDecodedLength(bytes.Length))));
            OperationStatus status = Huffman.Decode(bytes, rented, out int written);
            text = status == OperationStatus.Done && written <= _room ? Encoding.Latin1.GetString(rented, 0, written) : "";
            ArrayPool<byte>.Shared.Return(rented);
            return status == OperationStatus.InvalidData ? Fail(WebTransportProtocolError.QpackInvalidHuffman, at)
                : (status == OperationStatus.Done && written <= _room) || Fail(WebTransportProtocolError.FieldSectionTooLarge, at);
        }

        private bool TryReadInteger(int prefixBits, out long value)
        {
            OperationStatus status = QpackInteger.Decode(_section[_at..], prefixBits, out value, out int consumed);
            if (status != OperationStatus.Done)
            {
                return Fail(
                    status == OperationStatus.NeedMoreData
                        ? WebTransportProtocolError.QpackTruncated
                        : WebTransportProtocolError.QpackIntegerTooLarge,
                    _at);
            }

            _at += consumed;
            return true;
        }

        private bool FailField(out Http3Field field)
        {
            field = default;
            return Fail(WebTransportProtocolError.QpackDynamicReference, _at);
        }

        private bool Fail(WebTransportProtocolError error, int index)
        {
            Error = error;
            ErrorIndex = index;
            return false;
        }
    }
}
