using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class TrailerFieldsTests
{
    /// <summary>By the categories of RFC 9110 §6.5.1, with the fields that the sections named there define.</summary>
    private static readonly string[] Forbidden =
    [
        "Transfer-Encoding", "Content-Length", "Trailer", "TE", "Connection", "Keep-Alive", "Proxy-Connection", "Upgrade", "Host",
        "Authorization", "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate", "Cookie", "Set-Cookie",
        "Cache-Control", "Expect", "Max-Forwards", "Pragma", "Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since",
        "If-Range", "Age", "Date", "Expires", "Location", "Retry-After", "Vary", "Warning",
        "Content-Encoding", "Content-Type", "Content-Range",
    ];

    private static readonly string[] Allowed
        = ["ETag", "Accept-Ranges", "Authentication-Info", "Server-Timing", "Digest", "X", "T", "Grpc-Status", "A-Name-As-Long-As-It-Can-Be"];

    [Fact]
    public void What_must_be_known_before_the_content_is_forbidden_in_any_letter_case()
    {
        foreach (string name in Forbidden)
        {
            Assert.All([name, name.ToLowerInvariant(), name.ToUpperInvariant()], n => Assert.True(IsForbidden(n), n));
        }
    }

    [Fact]
    public void Everything_else_is_allowed_however_near_it_comes()
    {
        Assert.All(Allowed, n => Assert.False(IsForbidden(n), n));
        foreach (string name in Forbidden)
        {
            string[] near = [name + "s", "x" + name, name[..^1], name[1..], name.Replace('e', '\u0065') + "\0", name.Replace('-', '_') + "_"];
            Assert.All(near.Except(Forbidden, StringComparer.OrdinalIgnoreCase), n => Assert.False(IsForbidden(n), n));
        }

        Assert.False(TrailerFields.IsForbidden([]));
        Assert.False(TrailerFields.IsForbidden([.. "dat"u8, 0xE5]));
    }

    /// <summary>Budgets are whole again after a Reset: what fits exactly fits again, and a byte more does not.</summary>
    [Theory]
    [InlineData("3;ab=cd\r\nabc\r\n0\r\n\r\n", "extensions", ChunkedProtocolError.ExtensionsTooLong)]
    [InlineData("0\r\nA: b\r\nCd: ef\r\n\r\n", "trailers", ChunkedProtocolError.TooManyTrailers)]
    [InlineData("0\r\nA: b\r\nCd: ef\r\n\r\n", "bytes", ChunkedProtocolError.TrailersTooLong)]
    [InlineData("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "body", ChunkedProtocolError.BodyTooLong)]
    public void A_body_that_fits_exactly_fits_again_after_a_reset(string body, string limit, ChunkedProtocolError error)
    {
        int least = Enumerable.Range(0, 64).First(n => Decode(new ChunkedDecoder(With(limit, n)), body) == ChunkedProtocolError.None);
        using ChunkedDecoder exact = new(With(limit, least));
        for (int life = 0; life < 3; life++)
        {
            Assert.Equal(ChunkedProtocolError.None, Decode(exact, body));
            exact.Reset();
        }

        Assert.True(least > 0);
        using ChunkedDecoder small = new(With(limit, least - 1));
        for (int life = 0; life < 3; life++)
        {
            Assert.Equal(error, Decode(small, body));
            small.Reset();
        }
    }

    private static ChunkedOptions With(string limit, int value) => limit switch
    {
        "extensions" => new ChunkedOptions { MaxExtensionBytes = value },
        "trailers" => new ChunkedOptions { MaxTrailers = value },
        "bytes" => new ChunkedOptions { MaxTrailerBytes = value },
        _ => new ChunkedOptions { MaxBodyLength = value },
    };

    private static ChunkedProtocolError Decode(ChunkedDecoder decoder, string body)
    {
        foreach (byte[] piece in Encoding.ASCII.GetBytes(body).Chunk(2))
        {
            ReadOnlySpan<byte> rest = piece;
            while (decoder.Decode(rest, out int consumed, out ChunkedElement element) == System.Buffers.OperationStatus.Done
                && element.Kind != ChunkedElementKind.End)
            {
                rest = rest[consumed..];
            }
        }

        return decoder.Error;
    }

    private static bool IsForbidden(string name) => TrailerFields.IsForbidden(Encoding.Latin1.GetBytes(name));
}
