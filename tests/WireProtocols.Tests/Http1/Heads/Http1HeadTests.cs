using System.Buffers;
using System.Net;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1HeadTests
{
    [Theory]
    [InlineData("GET /a/b?c=d?e HTTP/1.1", "/a/b", "c=d?e", "host")]
    [InlineData("GET / HTTP/1.1", "/", "", "host")]
    [InlineData("GET /? HTTP/1.1", "/", "", "host")]
    [InlineData("GET http://other:81/x?y HTTP/1.1", "/x", "y", "other:81")]
    [InlineData("GET http://other HTTP/1.1", "/", "", "other")]
    [InlineData("GET http://other?y HTTP/1.1", "/", "y", "other")]
    [InlineData("CONNECT other:443 HTTP/1.1", "", "", "other:443")]
    [InlineData("OPTIONS * HTTP/1.1", "", "", "host")]
    public void A_target_is_taken_apart(string line, string path, string query, string authority)
    {
        OwnedHttp1RequestHead owned = Decode($"{line}\r\nHost: host\r\n\r\n");

        Assert.Equal(path, Text(owned.Head.Path));
        Assert.Equal(query, Text(owned.Head.Query));
        Assert.Equal(authority, Text(owned.Head.Authority));
        Assert.Equal("host", Text(owned.Head.Host));
    }

    [Fact]
    public void A_head_that_is_none_is_empty()
    {
        Http1RequestHead request = default;
        Assert.True(request.Method.IsEmpty && request.Target.IsEmpty && request.Host.IsEmpty);
        Assert.Null(request.ContentLength);
        Assert.Equal((0, false), (request.Fields.Count, request.IsChunked));
        Http1ResponseHead response = default;
        Assert.True(response.Reason.IsEmpty);
        Assert.Equal((0, false), (response.StatusCode, response.HasTransferEncoding));
    }

    [Fact]
    public void Fields_are_found_whatever_their_case_and_in_order()
    {
        OwnedHttp1RequestHead owned = Decode("GET / HTTP/1.1\r\nHost: a\r\nVary: x, \"a,b\" ,, y\r\nX: 1\r\nVARY: z\r\n\r\n");
        Http1Fields fields = owned.Head.Fields;
        List<string> values = [];
        foreach (ReadOnlySpan<byte> value in fields.GetValues("vary"u8))
        {
            values.Add(Text(value));
        }

        List<string> elements = [];
        foreach (ReadOnlySpan<byte> element in fields.GetElements("vary"u8))
        {
            elements.Add(Text(element));
        }

        Assert.Equal(["x, \"a,b\" ,, y", "z"], values);
        Assert.Equal(["x", "\"a,b\"", "y", "z"], elements);
        Assert.Equal(2, fields.CountOf("vArY"u8));
        Assert.True(fields.ContainsElement("vary"u8, "Y"u8));
        Assert.False(fields.ContainsElement("vary"u8, "a"u8));
        Assert.True(fields.TryGetValue("x"u8, out ReadOnlySpan<byte> one));
        Assert.Equal("1", Text(one));
        Assert.False(fields.TryGetValue("y"u8, out _));
        Assert.False(fields.Contains(""u8));
        Assert.Equal("a", owned.GetField("HOST"u8));
        Assert.Null(owned.GetField("none"u8));
    }

    [Theory]
    [InlineData("a, b", "a|b")]
    [InlineData("", "")]
    [InlineData(" , ,", "")]
    [InlineData("a\t;b , c", "a\t;b|c")]
    [InlineData("\"a\\\",\",b", "\"a\\\",\"|b")]
    [InlineData("a, \"open, b", "a|\"open, b")]
    public void A_list_is_cut_at_its_commas(string value, string elements)
    {
        List<string> found = [];
        foreach (ReadOnlySpan<byte> element in new Http1List(Encoding.Latin1.GetBytes(value)))
        {
            found.Add(Text(element));
        }

        Assert.Equal(elements, string.Join('|', found));
    }

    [Fact]
    public void A_kept_head_outlives_its_source()
    {
        byte[] source = Encoding.ASCII.GetBytes("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(source, out _, out Http1RequestHead head));
        OwnedHttp1RequestHead owned = head.ToOwned();
        source.AsSpan().Clear();

        Assert.Equal("GET", owned.Method);
        Assert.Equal("/x", owned.Target);
        Assert.Equal(3, owned.Head.ContentLength);
        Assert.Equal("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", owned.ToString());
    }

    [Theory]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("1::", true)]
    [InlineData("1:2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:7::", true)]
    [InlineData("::2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:1.2.3.4", true)]
    [InlineData("::1.2.3.4", true)]
    [InlineData("ABCD:ef01::9", true)]
    [InlineData("", false)]
    [InlineData(":", false)]
    [InlineData(":::", false)]
    [InlineData("1:", false)]
    [InlineData(":1", false)]
    [InlineData("1:2:3:4:5:6:7", false)]
    [InlineData("1:2:3:4:5:6:7:8:9", false)]
    [InlineData("1:2:3:4::5:6:7:8", false)]
    [InlineData("1::2::3", false)]
    [InlineData("12345::", false)]
    [InlineData("g::", false)]
    [InlineData("::1.2.3", false)]
    [InlineData("::1.2.3.256", false)]
    [InlineData("::01.2.3.4", false)]
    [InlineData("1.2.3.4", false)]
    [InlineData("1.2.3.4::", false)]
    [InlineData("::1%eth0", false)]
    public void Ipv6_addresses_are_those_of_RFC_3986(string text, bool valid)
        => Assert.Equal(valid, IpGrammar.IsIpv6(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Ipv6_addresses_are_those_that_the_platform_writes()
    {
        Random random = new(3986);
        byte[] bytes = new byte[16];
        for (int round = 0; round < 1000; round++)
        {
            random.NextBytes(bytes);
            bytes.AsSpan(random.Next(16), 1).Clear();
            bytes.AsSpan(0, 2 * random.Next(9)).Clear();

            Assert.True(IpGrammar.IsIpv6(Encoding.ASCII.GetBytes(new IPAddress(bytes).ToString())), new IPAddress(bytes).ToString());
        }
    }

    [Fact]
    public void Options_are_checked_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Http1Options { MaxFieldCount = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Http1Options { MaxHeadLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Http1Options { MaxMethodLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Http1Options { MaxStartLineLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Http1Options { MaxFieldLineLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Http1Options { MaxLeadingEmptyLines = -1 });
    }

    private static OwnedHttp1RequestHead Decode(string text)
    {
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.Latin1.GetBytes(text), out _, out Http1RequestHead head));
        return head.ToOwned();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
