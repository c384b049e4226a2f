using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Multipart;

namespace WireProtocols.Tests.Multipart;

public class MultipartWriterTests
{
    private static readonly MultipartBoundary Boundary = new("b");

    [Fact]
    public void Parts_whole_and_in_pieces_are_the_bytes_of_the_specification()
    {
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, Boundary);
        writer.WritePart([new("A", "1"), new("B", "")], "hello"u8);
        writer.StartPart([]);
        writer.WriteBody("x\r"u8);
        writer.WriteBody([]);
        writer.WriteBody("\n--"u8);
        writer.StartPart([new("C", "ä")]);
        writer.Complete();
        Assert.Equal(
            "--b\r\nA: 1\r\nB: \r\n\r\nhello\r\n--b\r\n\r\nx\r\n--\r\n--b\r\nC: ä\r\n\r\n\r\n--b--\r\n",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_body_without_parts_is_its_last_boundary()
    {
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, Boundary);
        writer.Complete();
        Assert.Equal("--b--\r\n"u8, output.WrittenSpan);
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.Throws<InvalidOperationException>(() => writer.StartPart([]));
        Assert.Throws<InvalidOperationException>(() => writer.WriteBody([]));
        Assert.Throws<InvalidOperationException>(() => writer.WritePart([], []));
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("a:", "a")]
    [InlineData("a b", "a")]
    [InlineData("ä", "a")]
    [InlineData("a\r\nb", "a")]
    [InlineData("a", "b\r\nc: d")]
    [InlineData("a", "b\n")]
    [InlineData("a", "b\0")]
    [InlineData("a", "\x7F")]
    [InlineData("a", " b")]
    [InlineData("a", "b\t")]
    public void A_field_that_cannot_be_read_back_is_refused(string name, string value)
    {
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, Boundary);
        Assert.Throws<InvalidOperationException>(() => writer.WriteBody("a"u8));
        Assert.ThrowsAny<ArgumentException>(() => writer.WritePart([new("good", "one"), new(name, value)], "body"u8));
        Assert.ThrowsAny<ArgumentException>(() => writer.StartPart([new("good", "one"), new("a", "\ud800")]));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void A_field_without_name_or_value_is_refused_before_a_byte_is_written()
    {
        OwnedMultipartField[] wrong = [new("A", null!), new(null!, "1"), null!];
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, Boundary);
        Assert.All(wrong, field => Assert.ThrowsAny<ArgumentException>(() => writer.WritePart([new("good", "one"), field], "body"u8)));
        Assert.All(wrong, field => Assert.ThrowsAny<ArgumentException>(() => writer.StartPart([field])));
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData("--b")]
    [InlineData("x\r\n--b")]
    [InlineData("x\r\n--bc")]
    [InlineData("\r\n--\r\n--b\r\n")]
    [InlineData("\r\r\n--b--")]
    public void A_body_that_holds_the_boundary_is_refused_however_it_is_split(string body)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(body);
        ArrayBufferWriter<byte> output = new();
        Assert.Throws<ArgumentException>(() => new MultipartWriter(output, Boundary).WritePart([], bytes));
        Assert.Equal(0, output.WrittenCount);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            MultipartWriter writer = new(output, Boundary);
            writer.StartPart([]);
            Assert.Throws<ArgumentException>(() =>
            {
                writer.WriteBody(bytes.AsSpan(0, cut));
                writer.WriteBody(bytes.AsSpan(cut));
            });
        }
    }

    [Fact]
    public void Any_parts_read_back_as_they_were_written()
        => Prop.ForAll<string[], int>((texts, seed) =>
        {
            Random random = new(seed);
            ArrayBufferWriter<byte> output = new();
            MultipartWriter writer = new(output, Boundary);
            List<string> expected = [];
            foreach (string text in texts)
            {
                byte[] body = Encoding.UTF8.GetBytes((text ?? "") + new[] { "", "\r", "\r\n", "\r\n--", "-" }[random.Next(5)]);
                int cut = random.Next(body.Length + 1);
                writer.StartPart([new("n", $"{body.Length}")]);
                writer.WriteBody(body.AsSpan(0, cut));
                writer.WriteBody(body.AsSpan(cut));
                expected.Add($"{body.Length} {Convert.ToHexString(body)}");
            }

            writer.Complete();
            return Read(output.WrittenSpan.ToArray(), random).SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static List<string> Read(byte[] bytes, Random random)
    {
        List<string> found = [];
        List<byte> body = [];
        string length = "";
        using MultipartDecoder decoder = new(Boundary);
        Feed.All<MultipartSectionPart>(Segmentation.RandomPieces(bytes, random), decoder.Decode, part =>
        {
            length = part.IsFirst ? part.Fields.ToArray()[0].Value : length;
            body.AddRange(part.Body);
            if (part.IsLast)
            {
                found.Add($"{length} {Convert.ToHexString([.. body])}");
                body.Clear();
            }
        });
        Assert.Equal(OperationStatus.Done, decoder.Complete());
        return found;
    }
}
