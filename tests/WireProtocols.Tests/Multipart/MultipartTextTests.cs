using WireProtocols.Multipart;

namespace WireProtocols.Tests.Multipart;

/// <summary>Media types with boundaries, and what parts of forms say of themselves.</summary>
public class MultipartTextTests
{
    [Theory]
    [InlineData("multipart/form-data; boundary=abc", "abc")]
    [InlineData("Multipart/Mixed;BOUNDARY=abc", "abc")]
    [InlineData("multipart/mixed; charset=utf-8; boundary=\"a b\"", "a b")]
    [InlineData("multipart/mixed; boundary=\"a\\b\" ; x=\";\"", "ab")]
    [InlineData("multipart/x-mixed-replace;boundary=--myboundary", "--myboundary")]
    [InlineData("multipart/mixed; boundary=gc0pJq0M:08jU534c0p", "gc0pJq0M:08jU534c0p")]
    [InlineData(" multipart/mixed ; boundary=a ", "a")]
    [InlineData("multipart/mixed; boundary=a;", "a")]
    [InlineData("multipart/mixed", null)]
    [InlineData("multipart/mixed; boundary", null)]
    [InlineData("multipart/mixed; boundary=", null)]
    [InlineData("multipart/mixed; boundary=\"\"", null)]
    [InlineData("multipart/mixed; boundary=\"a", null)]
    [InlineData("multipart/mixed; boundary=\"a \"", null)]
    [InlineData("multipart/mixed; boundary=\"a\"b", null)]
    [InlineData("multipart/mixed; boundary=a b", null)]
    [InlineData("multipart/mixed; boundary=a; boundary=a", null)]
    [InlineData("multipart/mixed; boundary=\"a\r\nb\"", null)]
    [InlineData("multipart/mixed; boundary=ä", null)]
    [InlineData("text/plain; boundary=a", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_boundary_is_found_in_a_media_type(string? contentType, string? expected)
    {
        Assert.Equal(expected is not null, MultipartBoundary.TryFind(contentType, out MultipartBoundary? boundary));
        Assert.Equal(expected, boundary?.Value);
    }

    [Fact]
    public void A_boundary_has_1_to_70_characters()
    {
        Assert.Equal(70, new MultipartBoundary(new string('x', 70)).Value.Length);
        foreach (string wrong in (string[])["", new string('x', 71), "a ", "a\"", "a\n", "ä"])
        {
            Assert.Throws<ArgumentException>(() => new MultipartBoundary(wrong));
        }

        Assert.NotEqual(MultipartBoundary.Create().Value, MultipartBoundary.Create().Value);
        Assert.Equal("multipart/form-data; boundary=a", new MultipartBoundary("a").ToContentType("form-data"));
        Assert.Equal("multipart/mixed; boundary=\"a b\"", new MultipartBoundary("a b").ToContentType("mixed"));
        Assert.Throws<ArgumentException>(() => new MultipartBoundary("a").ToContentType("a;b"));
    }

    [Theory]
    [InlineData("form-data; name=\"a\"", "a", null)]
    [InlineData("Form-Data;name=a;filename=b.txt", "a", "b.txt")]
    [InlineData("form-data; filename=\"b;c.txt\"; name=\"a\"", "a", "b;c.txt")]
    [InlineData("form-data; name=\"a%22%0D%0A%0d\"", "a\"\r\n%0d", null)]
    [InlineData("form-data; name=\"C:\\a\\b\"; filename=\"\"", "C:\\a\\b", "")]
    [InlineData("form-data; name=\"a\"; filename*=UTF-8''b; filename=\"c\"", "a", "c")]
    [InlineData("form-data; name=\"\"", "", null)]
    [InlineData("form-data", null, null)]
    [InlineData("form-data; name", null, null)]
    [InlineData("form-data; name=\"a", null, null)]
    [InlineData("form-data; name=\"a\"; name=\"b\"", null, null)]
    [InlineData("form-data; name=\"a\" filename=\"b\"", null, null)]
    [InlineData("form-data; na me=\"a\"", null, null)]
    [InlineData("form-data; filename=\"a\"", null, null)]
    [InlineData("attachment; name=\"a\"", null, null)]
    [InlineData(null, null, null)]
    public void The_names_of_a_part_of_a_form_are_read(string? disposition, string? name, string? fileName)
    {
        Assert.Equal(name is not null, MultipartFormData.TryParse(disposition, out string? foundName, out string? foundFile));
        Assert.Equal(name, foundName);
        Assert.Equal(fileName, foundFile);
    }

    [Theory]
    [InlineData("content-disposition: form-data; name=a\r\n", "a")]
    [InlineData("A: b\r\nContent-Disposition: form-data; name=\"a\"\r\n", "a")]
    [InlineData("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=a\r\n", null)]
    [InlineData("A: b\r\n", null)]
    public void A_part_has_one_disposition(string fields, string? expected)
    {
        using MultipartDecoder decoder = new(new MultipartBoundary("b"));
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes($"--b\r\n{fields}\r\n");
        Assert.Equal(System.Buffers.OperationStatus.Done, decoder.Decode(bytes, out _, out MultipartSectionPart part));
        Assert.Equal(expected is not null, MultipartFormData.TryGetNames(part.Fields, out string? name, out _));
        Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData("a", null)]
    [InlineData("a\"b", "c\r\n.txt")]
    [InlineData("ä; name=\"x\"", "\\")]
    public void Names_are_written_as_they_are_read(string name, string? fileName)
    {
        OwnedMultipartField[] fields = MultipartFormData.CreateFields(name, fileName, "text/plain");
        Assert.Equal(["Content-Disposition", "Content-Type"], fields.Select(f => f.Name));
        Assert.True(MultipartFormData.TryParse(fields[0].Value, out string? foundName, out string? foundFile));
        Assert.Equal((name, fileName), (foundName, foundFile));
    }
}
