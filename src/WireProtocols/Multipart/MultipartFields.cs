using System.Text;

namespace WireProtocols.Multipart;

/// <summary>The head of a part: fields as they were sent. They are lent: <c>foreach</c> goes through them without a copy.</summary>
public readonly ref struct MultipartFields
{
    private readonly ReadOnlySpan<byte> _head;

    /// <param name="head">The lines, each with its CRLF, and the empty one behind them. They have been checked.</param>
    internal MultipartFields(ReadOnlySpan<byte> head) => _head = head;

    /// <summary>Goes through the fields.</summary>
    public Enumerator GetEnumerator() => new(_head);

    /// <summary>Finds the first field of a name, in whatever case.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out MultipartField field)
    {
        foreach (MultipartField candidate in this)
        {
            if (Ascii.EqualsIgnoreCase(candidate.Name, name))
            {
                field = candidate;
                return true;
            }
        }

        field = default;
        return false;
    }

    /// <summary>Copies that may be kept.</summary>
    public OwnedMultipartField[] ToArray()
    {
        List<OwnedMultipartField> fields = [];
        foreach (MultipartField field in this)
        {
            fields.Add(field.ToOwned());
        }

        return [.. fields];
    }

    /// <summary>The walk of <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> head) => _rest = head;

        /// <summary>The field that the walk has come to.</summary>
        public MultipartField Current { get; private set; }

        /// <summary>Goes to the next field.</summary>
        /// <returns>False behind the last one.</returns>
        public bool MoveNext()
        {
            int end = _rest.IndexOf((byte)'\r');
            if (end <= 0)
            {
                return false;
            }

            ReadOnlySpan<byte> line = _rest[..end];
            int colon = line.IndexOf((byte)':');
            Current = new MultipartField(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
            _rest = _rest[(end + 2)..];
            return true;
        }
    }
}
