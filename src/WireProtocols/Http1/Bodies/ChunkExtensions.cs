using System.Text;

namespace WireProtocols.Http1;

/// <summary>
/// The extensions of one chunk (RFC 9112 §7.1.1), which the decoder has validated: <c>foreach</c> goes through them in their order without
/// allocating. "A recipient MUST ignore unrecognized chunk extensions."
/// </summary>
public readonly ref struct ChunkExtensions
{
    internal ChunkExtensions(ReadOnlySpan<byte> raw) => Raw = raw;

    /// <summary>The text after the first semicolon, as the sender wrote it and without white space around it; empty when there are none.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>Whether the chunk has no extensions.</summary>
    public bool IsEmpty => Raw.IsEmpty;

    /// <summary>Goes through the extensions.</summary>
    public Enumerator GetEnumerator() => new(Raw);

    /// <summary>Finds the first extension called <paramref name="name"/>, in ASCII and whatever its letter case.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ChunkExtension extension)
    {
        foreach (ChunkExtension candidate in this)
        {
            if (Ascii.EqualsIgnoreCase(candidate.Name, name))
            {
                extension = candidate;
                return true;
            }
        }

        extension = default;
        return false;
    }

    /// <summary>The raw text, read as ISO 8859-1.</summary>
    public override string ToString() => Encoding.Latin1.GetString(Raw);

    /// <summary>Goes through the extensions of a chunk.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> raw) => _rest = raw;

        /// <summary>The extension that the enumerator stands on.</summary>
        public ChunkExtension Current { get; private set; }

        /// <summary>Goes to the next extension.</summary>
        /// <returns>False when there is none.</returns>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            int end = FindEnd(_rest, out int equals);
            ReadOnlySpan<byte> extension = _rest[..end];
            _rest = end < _rest.Length ? _rest[(end + 1)..] : default;
            Current = equals < 0
                ? new ChunkExtension(Trim(extension), default, hasValue: false)
                : new ChunkExtension(Trim(extension[..equals]), Trim(extension[(equals + 1)..]), hasValue: true);
            return true;
        }

        /// <summary>Finds the semicolon that ends the first extension, and its equals sign; neither counts inside quotes.</summary>
        private static int FindEnd(ReadOnlySpan<byte> text, out int equals)
        {
            equals = -1;
            bool quoted = false;
            for (int index = 0; index < text.Length; index++)
            {
                switch (text[index])
                {
                    case (byte)'"':
                        quoted = !quoted;
                        break;
                    case (byte)'\\' when quoted:
                        index++;
                        break;
                    case (byte)'=' when !quoted && equals < 0:
                        equals = index;
                        break;
                    case (byte)';' when !quoted:
                        return index;
                }
            }

            return text.Length;
        }

        private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);
    }
}
