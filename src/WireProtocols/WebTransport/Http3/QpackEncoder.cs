using System.Buffers;
using System.Text;

namespace WireProtocols.WebTransport;

/// <summary>
/// Encodes field sections (RFC 9204 §4.5) with the static table, literals and Huffman where it is shorter; never the dynamic table.
/// </summary>
public static class QpackEncoder
{
    /// <summary>Writes a field section. The values of pseudo-header fields and fields are taken as they are.</summary>
    /// <param name="fields">The fields in order, names in lowercase.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <exception cref="ArgumentException">A name or value has characters that no
    /// field may have (RFC 9114 §4.2, §10.3). Nothing was written.</exception>
    public static void Encode(IReadOnlyList<Http3Field> fields, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(output);
        foreach (Http3Field field in fields)
        {
            if (!Http3FieldRules.IsValidName(field.Name) || !Http3FieldRules.IsValidValue(field.Value))
            {
                throw new ArgumentException($"The field '{field.Name}' has characters that no field may have.", nameof(fields));
            }
        }

        // Required Insert Count 0, Base 0.
        output.Write((ReadOnlySpan<byte>)[0, 0]);
        foreach (Http3Field field in fields)
        {
            Encode(field, output);
        }
    }

    private static void Encode(Http3Field field, IBufferWriter<byte> output)
    {
        Span<byte> integer = stackalloc byte[QpackInteger.MaxLength + 1];
        if (QpackStaticTable.FindField(field) is >= 0 and int whole)
        {
            output.Write(integer[..QpackInteger.Encode(whole, 6, 0xC0, integer)]);
            return;
        }

        if (QpackStaticTable.FindName(field.Name) is >= 0 and int name)
        {
            output.Write(integer[..QpackInteger.Encode(name, 4, 0x50, integer)]);
        }
        else
        {
            EncodeString(field.Name, 3, 0x20, output);
        }

        EncodeString(field.Value, 7, 0x00, output);
    }

    private static void EncodeString(string text, int prefixBits, byte first, IBufferWriter<byte> output)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        int encoded = Huffman.GetEncodedLength(bytes);
        bool huffman = encoded < bytes.Length;
        int length = huffman ? encoded : bytes.Length;
        Span<byte> destination = output.GetSpan(QpackInteger.MaxLength + 1 + length);
        int written = QpackInteger.Encode(length, prefixBits, (byte)(first | (huffman ? 1 << prefixBits : 0)), destination);
        if (huffman)
        {
            Huffman.Encode(bytes, destination[written..], out _);
        }
        else
        {
            bytes.CopyTo(destination[written..]);
        }

        output.Advance(written + length);
    }
}
