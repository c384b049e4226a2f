using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketTargetTests
{
    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("?a", "/?a")]
    [InlineData("chat", "/chat")]
    [InlineData("/a b[c]|{d}^", "/a%20b%5Bc%5D%7C%7Bd%7D%5E")]
    [InlineData("/%41?%zz", "/%41?%zz")]
    [InlineData("/é€", "/%C3%A9%E2%82%AC")]
    [InlineData("/~x!$&'()*+,;=:@?/?", "/~x!$&'()*+,;=:@?/?")]
    [InlineData("/#\"<>\\`\u007f\n", "/%23%22%3C%3E%5C%60%7F%0A")]
    public void What_may_not_stand_in_a_target_is_escaped(string pathAndQuery, string expected)
        => Assert.Equal(expected, WebSocketTarget.Escape(pathAndQuery));
}
