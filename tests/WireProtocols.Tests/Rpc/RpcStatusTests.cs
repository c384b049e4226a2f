using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcStatusTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("50%", "50%25")]
    [InlineData("a\r\nb\tc", "a%0D%0Ab%09c")]
    [InlineData("€ é", "%E2%82%AC %C3%A9")]
    [InlineData(" both ends ", "%20both ends%20")]
    [InlineData("~\u007f", "~%7F")]
    [InlineData("", "")]
    public void A_message_is_percent_coded(string message, string expected) => Assert.Equal(expected, GrpcStatusMessage.Encode(message));

    [Theory]
    [InlineData("a%20b", "a b")]
    [InlineData("%e2%82%ac", "€")]
    [InlineData("%", "%")]
    [InlineData("100%", "100%")]
    [InlineData("%2", "%2")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%4%41", "%4A")]
    [InlineData("%ff", "\ufffd")]
    [InlineData("%E2%82", "\ufffd")]
    [InlineData("caf\u00e9 %25", "caf\u00e9 %")]
    [InlineData("%et1", "%et1")]
    public void Decoding_a_message_never_fails(string text, string expected) => Assert.Equal(expected, GrpcStatusMessage.Decode(text));

    [Fact]
    public void What_is_no_Unicode_becomes_the_replacement_character()
        => Assert.Equal("a%EF%BF%BD", GrpcStatusMessage.Encode("a" + (char)0xD800));

    [Fact]
    public void Any_message_decodes_to_itself()
        => Prop.ForAll<string>(text =>
        {
            string message = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
            return GrpcStatusMessage.Decode(GrpcStatusMessage.Encode(message)) == message;
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(RpcStatusCode.Canceled, "canceled", 499)]
    [InlineData(RpcStatusCode.Unknown, "unknown", 500)]
    [InlineData(RpcStatusCode.InvalidArgument, "invalid_argument", 400)]
    [InlineData(RpcStatusCode.DeadlineExceeded, "deadline_exceeded", 504)]
    [InlineData(RpcStatusCode.NotFound, "not_found", 404)]
    [InlineData(RpcStatusCode.AlreadyExists, "already_exists", 409)]
    [InlineData(RpcStatusCode.PermissionDenied, "permission_denied", 403)]
    [InlineData(RpcStatusCode.ResourceExhausted, "resource_exhausted", 429)]
    [InlineData(RpcStatusCode.FailedPrecondition, "failed_precondition", 400)]
    [InlineData(RpcStatusCode.Aborted, "aborted", 409)]
    [InlineData(RpcStatusCode.OutOfRange, "out_of_range", 400)]
    [InlineData(RpcStatusCode.Unimplemented, "unimplemented", 501)]
    [InlineData(RpcStatusCode.Internal, "internal", 500)]
    [InlineData(RpcStatusCode.Unavailable, "unavailable", 503)]
    [InlineData(RpcStatusCode.DataLoss, "data_loss", 500)]
    [InlineData(RpcStatusCode.Unauthenticated, "unauthenticated", 401)]
    public void A_code_has_its_name_and_its_status_of_http(RpcStatusCode code, string name, int status)
    {
        Assert.Equal((name, status), (code.GetConnectName(), code.GetHttpStatus()));
        Assert.True(RpcStatusCodes.TryParseConnectName(name, out RpcStatusCode again) && again == code);
        string number = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(RpcStatusCodes.TryParseGrpcStatus(number, out again) && again == code);
    }

    [Theory]
    [InlineData(400, RpcStatusCode.Internal)]
    [InlineData(401, RpcStatusCode.Unauthenticated)]
    [InlineData(403, RpcStatusCode.PermissionDenied)]
    [InlineData(404, RpcStatusCode.Unimplemented)]
    [InlineData(429, RpcStatusCode.Unavailable)]
    [InlineData(502, RpcStatusCode.Unavailable)]
    [InlineData(503, RpcStatusCode.Unavailable)]
    [InlineData(504, RpcStatusCode.Unavailable)]
    [InlineData(500, RpcStatusCode.Unknown)]
    [InlineData(200, RpcStatusCode.Unknown)]
    [InlineData(418, RpcStatusCode.Unknown)]
    public void A_response_without_a_code_has_that_of_its_status(int status, RpcStatusCode code)
        => Assert.Equal(code, RpcStatusCodes.FromHttpStatus(status));

    [Theory]
    [InlineData(0, RpcStatusCode.Internal)]
    [InlineData(7, RpcStatusCode.Unavailable)]
    [InlineData(8, RpcStatusCode.Canceled)]
    [InlineData(11, RpcStatusCode.ResourceExhausted)]
    [InlineData(12, RpcStatusCode.PermissionDenied)]
    [InlineData(5, RpcStatusCode.Unknown)]
    public void A_stream_that_was_reset_has_the_code_of_its_error(long error, RpcStatusCode code)
        => Assert.Equal(code, RpcStatusCodes.FromHttp2Error(error));

    [Fact]
    public void There_are_no_other_codes()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ((RpcStatusCode)17).GetConnectName());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((RpcStatusCode)(-1)).GetHttpStatus());
        Assert.False(RpcStatusCodes.TryParseConnectName("ok", out _));
        Assert.False(RpcStatusCodes.TryParseConnectName("Internal", out _));
    }
}
