using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using WireProtocols.Multipart;

namespace WireProtocols.InteropTests.Multipart;

/// <summary>The reader of ASP.NET Core reads what we write, and we read what HttpClient writes.</summary>
public sealed class AspNetCoreTests
{
    [Fact]
    public async Task Its_reader_reads_what_we_write()
    {
        MultipartBoundary boundary = MultipartBoundary.Create();
        Microsoft.AspNetCore.WebUtilities.MultipartReader reader = new(boundary.Value, new MemoryStream(Forms.Write(boundary, Forms.Parts)));
        int count = 0;
        while (await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken) is { } section)
        {
            (string name, string? fileName, byte[] body) = Forms.Parts[count++];
            using MemoryStream read = new();
            await section.Body.CopyToAsync(read, TestContext.Current.CancellationToken);
            Assert.Equal(body, read.ToArray());
            Assert.Equal(MultipartFormData.CreateFields(name, fileName)[0].Value, section.ContentDisposition);
        }

        Assert.Equal(Forms.Parts.Count, count);
    }

    [Fact]
    public async Task We_read_what_its_client_writes()
    {
        using MultipartFormDataContent content = new("a \"b\"".Replace("\"", "'", StringComparison.Ordinal));
        foreach ((string _, string? fileName, byte[] body) in Forms.Parts)
        {
            ByteArrayContent part = new(body);
            if (fileName is null)
            {
                content.Add(part, "name");
            }
            else
            {
                part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                content.Add(part, "name", "plain.bin");
            }
        }

        byte[] bytes = await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(MultipartBoundary.TryFind(content.Headers.ContentType!.ToString(), out MultipartBoundary? boundary));
        Assert.Equal("a 'b'", boundary!.Value);
        Forms.AssertSame(
            Forms.Parts.Select(p => ("name", p.FileName is null ? null : "plain.bin", p.Body)), await Forms.ReadAsync(boundary, bytes));
    }

    [Fact]
    public async Task Its_reader_and_ours_make_the_same_of_what_is_hard_to_tell_from_a_boundary()
    {
        foreach (string body in (string[])["", "\r", "\r\n", "\r\n--", "--", "--x", "\r\n--xx", "a\r\n--x\r\r\n-"])
        {
            MultipartBoundary boundary = new("xxx");
            byte[] bytes = Forms.Write(boundary, [("a", null, Encoding.ASCII.GetBytes(body))]);
            Microsoft.AspNetCore.WebUtilities.MultipartReader reader = new(boundary.Value, new MemoryStream(bytes));
            MultipartSection? section = await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken);
            Assert.Equal(body, await section!.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Forms.AssertSame([("a", null, Encoding.ASCII.GetBytes(body))], await Forms.ReadAsync(boundary, bytes));
        }
    }
}
