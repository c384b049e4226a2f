using System.Buffers;
using System.Text;
using WireProtocols.Multipart;

namespace WireProtocols.Fuzz.Multipart;

/// <summary>
/// The texts around multipart bodies, the same bytes in each place: media types, dispositions of forms, fields and bodies of parts. What is taken
/// reads back to the same.
/// </summary>
public sealed class MultipartTextTarget : FuzzTarget
{
    public override string Name => "multipart-text";

    public override string CodeNamespace => "WireProtocols.Multipart";

    public override void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        if (MultipartBoundary.TryFind(text, out MultipartBoundary? boundary))
        {
            Require(
                MultipartBoundary.TryFind(boundary.ToContentType("mixed"), out MultipartBoundary? again) && again.Value == boundary.Value,
                "a boundary is found again");
        }

        if (MultipartFormData.TryParse(text, out string? name, out string? fileName) && name.Length > 0)
        {
            string written = MultipartFormData.CreateFields(name, fileName)[0].Value;
            Require(MultipartFormData.TryParse(written, out string? name2, out string? file2), "a disposition reads back");
            Require(Unmarked(name) == Unmarked(name2) && Unmarked(fileName) == Unmarked(file2), "to the same names");
        }

        WriteAndRead(text, input);
    }

    /// <summary>Names that hold the codes themselves are the ones for which browsers have no way.</summary>
    private static string? Unmarked(string? name)
        => name?.Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal)
            .Replace("%22", "\"", StringComparison.Ordinal);

    private static void WriteAndRead(string text, ReadOnlySpan<byte> body)
    {
        MultipartBoundary boundary = new("b");
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, boundary);
        int half = body.Length / 2;
        try
        {
            writer.StartPart([new OwnedMultipartField("a", text)]);
            int written = output.WrittenCount;
            Require(written > 0, "a part has begun");
        }
        catch (ArgumentException)
        {
            Require(output.WrittenCount == 0, "nothing was written");
            text = "";
            writer.StartPart([new OwnedMultipartField("a", text)]);
        }

        try
        {
            writer.WriteBody(body[..half]);
            writer.WriteBody(body[half..]);
        }
        catch (ArgumentException)
        {
            Require(("\r\n" + Encoding.Latin1.GetString(body)).Contains("\r\n--b", StringComparison.Ordinal), "the body holds the boundary");
            return;
        }

        writer.Complete();
        using MultipartDecoder decoder = new(boundary);
        List<byte> read = [];
        ReadOnlySpan<byte> rest = output.WrittenSpan;
        string? field = null;
        while (decoder.Decode(rest, out int consumed, out MultipartSectionPart part) == OperationStatus.Done)
        {
            rest = rest[consumed..];
            field = part.IsFirst ? part.Fields.ToArray()[0].Value : field;
            read.AddRange(part.Body);
        }

        Require(decoder.HasEnded && decoder.Complete() == OperationStatus.Done, "the body is right");
        Require(field == text && read.ToArray().AsSpan().SequenceEqual(body), "the part is what was written");
    }
}
