using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1.Heads;

public class Http1ReasonPhraseTests
{
    /// <summary>RFC 9110 §15 by its headings, and RFC 6585 §4 and §5.</summary>
    private static readonly Dictionary<int, string> Registered = new()
    {
        [100] = "Continue",
        [101] = "Switching Protocols",
        [200] = "OK",
        [201] = "Created",
        [202] = "Accepted",
        [203] = "Non-Authoritative Information",
        [204] = "No Content",
        [205] = "Reset Content",
        [206] = "Partial Content",
        [300] = "Multiple Choices",
        [301] = "Moved Permanently",
        [302] = "Found",
        [303] = "See Other",
        [304] = "Not Modified",
        [305] = "Use Proxy",
        [307] = "Temporary Redirect",
        [308] = "Permanent Redirect",
        [400] = "Bad Request",
        [401] = "Unauthorized",
        [402] = "Payment Required",
        [403] = "Forbidden",
        [404] = "Not Found",
        [405] = "Method Not Allowed",
        [406] = "Not Acceptable",
        [407] = "Proxy Authentication Required",
        [408] = "Request Timeout",
        [409] = "Conflict",
        [410] = "Gone",
        [411] = "Length Required",
        [412] = "Precondition Failed",
        [413] = "Content Too Large",
        [414] = "URI Too Long",
        [415] = "Unsupported Media Type",
        [416] = "Range Not Satisfiable",
        [417] = "Expectation Failed",
        [421] = "Misdirected Request",
        [422] = "Unprocessable Content",
        [426] = "Upgrade Required",
        [429] = "Too Many Requests",
        [431] = "Request Header Fields Too Large",
        [500] = "Internal Server Error",
        [501] = "Not Implemented",
        [502] = "Bad Gateway",
        [503] = "Service Unavailable",
        [504] = "Gateway Timeout",
        [505] = "HTTP Version Not Supported",
    };

    [Fact]
    public void Every_registered_code_has_its_phrase_and_no_other_code_has_one()
    {
        Dictionary<int, string> actual = Enumerable.Range(-1, 1001)
            .Select(code => (code, Encoding.ASCII.GetString(Http1ReasonPhrase.Get(code))))
            .Where(row => row.Item2.Length > 0)
            .ToDictionary(row => row.code, row => row.Item2);
        Assert.Equal(Registered, actual);
    }
}
