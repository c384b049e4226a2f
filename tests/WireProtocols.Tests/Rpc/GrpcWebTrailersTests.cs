using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class GrpcWebTrailersTests
{
    [Theory]
    [InlineData("grpc-status: 0\r\n", 0, "", "")]
    [InlineData("grpc-status:0\r\n", 0, "", "")]
    [InlineData("grpc-status:\t 7 \r\ngrpc-message: a%20b\r\n", 7, "a b", "")]
    [InlineData("Grpc-Status: 5\r\nContent-Type: application/grpc+proto\r\n", 5, "", "")]
    [InlineData("grpc-status:9\r\ngrpc-message:failed (actual: 1, expected: 2)\r\n", 9, "failed (actual: 1, expected: 2)", "")]
    [InlineData("grpc-status:0\r\ngrpc-message:\r\nrequest_id:d0e5\r\nX-B: c: d\r\n", 0, "", "request_id=d0e5 x-b=c: d")]
    [InlineData("", 2, "The peer gave no status.", "")]
    [InlineData("a: b\r\n", 2, "The peer gave no status.", "a=b")]
    [InlineData("grpc-status: 05\r\n", 2, "The peer's status is no number.", "")]
    [InlineData("grpc-status: -1\r\ngrpc-message: said\r\n", 2, "said", "")]
    [InlineData("grpc-status: 99\r\n", 2, "", "")]
    [InlineData("grpc-status: 12345678901\r\n", 2, "", "")]
    [InlineData("grpc-message: 100% %zz\r\ngrpc-status: 13\r\n", 13, "100% %zz", "")]
    [InlineData("grpc-status: 0\r\nx: \u00e9\r\ny-bin: !\r\nz!: a\r\n", 0, "", "")]
    [InlineData("grpc-status: 0\r\ngrpc-status-details-bin: AAE=\r\n", 0, "", "grpc-status-details-bin=AAE=")]
    public void Lines_that_are_right_say_how_the_call_ended(string block, int code, string message, string metadata)
    {
        Assert.True(TryDecode(block, false, out RpcEnd? end, out RpcProtocolError error, out _));
        Assert.Equal(RpcProtocolError.None, error);
        Assert.Equal((code, message), ((int)end!.Status.Code, end.Status.Message));
        Assert.Equal(metadata, string.Join(' ', end.Trailers.Entries.Select(e => $"{e.Name}={e.Value}")));
    }

    [Theory]
    [InlineData("grpc-status: 0", "TrailersMalformed", 14, true)]
    [InlineData("grpc-status: 0\n", "TrailersMalformed", 14, true)]
    [InlineData("grpc-status: 0\r\n\r\n", "TrailersMalformed", 16, true)]
    [InlineData("grpc-status: 0\r\n\r\na: b\r\n", "TrailersMalformed", 16, false)]
    [InlineData("grpc-status\r\n", "TrailersMalformed", 11, false)]
    [InlineData(": 0\r\n", "TrailersMalformed", 0, false)]
    [InlineData("grpc-status : 0\r\n", "TrailersMalformed", 11, false)]
    [InlineData("a: b\r\n c\r\n", "TrailersMalformed", 6, false)]
    [InlineData("a: b\0c\r\n", "TrailersMalformed", 4, false)]
    [InlineData("a: b\rc\r\n", "TrailersMalformed", 4, false)]
    [InlineData("grpc-status: 0\r\nGrpc-Status: 1\r\n", "StatusRepeated", 16, false)]
    public void Lines_that_are_wrong_are_an_error_at_their_byte(string block, string error, int index, bool isRightForTheLenient)
    {
        Assert.False(TryDecode(block, false, out RpcEnd? end, out RpcProtocolError actual, out int errorIndex));
        Assert.Null(end);
        Assert.Equal((error, index), (actual.ToString(), errorIndex));
        Assert.Equal(isRightForTheLenient, TryDecode(block, true, out end, out _, out _));
        Assert.Equal(isRightForTheLenient, end?.Status.IsOk ?? false);
    }

    private static bool TryDecode(string block, bool isLenient, out RpcEnd? end, out RpcProtocolError error, out int errorIndex)
        => GrpcWebTrailers.TryDecode(Encoding.Latin1.GetBytes(block), isLenient, out end, out error, out errorIndex);
}
