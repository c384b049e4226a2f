using System.Text;
using WireProtocols.Multipart;

namespace WireProtocols.Fuzz.Multipart;

/// <summary>Parts as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class MultipartRows : Transcript
{
    public void Add(in MultipartSectionPart piece)
    {
        if (piece.IsFirst)
        {
            Row($"part {piece.Offset}");
            foreach (MultipartField field in piece.Fields)
            {
                Row(Field(field.Name, field.Value));
            }
        }

        Payload(piece.Body);
        if (piece.IsLast)
        {
            Row("end");
        }
    }

    /// <summary>The row of a field; bytes are characters.</summary>
    public static string Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        => $"field {Encoding.Latin1.GetString(name)}: {Encoding.Latin1.GetString(value)}";
}
