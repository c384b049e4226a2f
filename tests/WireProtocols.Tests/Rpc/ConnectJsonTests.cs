using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class ConnectJsonTests
{
    [Theory]
    [InlineData("{}", 0, "", "")]
    [InlineData(""" { "metadata" : { } } """, 0, "", "")]
    [InlineData("""{"error": {"code": "unavailable", "message": "overloaded"}}""", 14, "overloaded", "")]
    [InlineData("""{"error":{"code":"unavailable"},"metadata":{"acme-operation-cost":["237"]}}""", 14, "", "acme-operation-cost=237")]
    [InlineData("""{"metadata":{"A":["1","2"],"b-bin":["AAE="],"c":[]},"more":{"a":[null]}}""", 0, "", "a=1 a=2 b-bin=AAE=")]
    [InlineData("""{"metadata":{"x":["\u00e9","\r\n"],"connect-x":["1"],"x y":["z"]}}""", 0, "", "")]
    [InlineData("""{"error":{"code":"canceled","message":"\ud83d\ude00","x":null}}""", 1, "😀", "")]
    public void An_end_that_is_right_says_how_the_call_ended(string json, int code, string message, string metadata)
    {
        Assert.True(ConnectJson.TryReadEnd(Encoding.UTF8.GetBytes(json), out RpcEnd? end, out _, out _));
        Assert.Equal((code, message), ((int)end.Status.Code, end.Status.Message));
        Assert.Equal(metadata, string.Join(' ', end.Trailers.Entries.Select(e => $"{e.Name}={e.Value}")));
    }

    [Theory]
    [InlineData("", "JsonMalformed")]
    [InlineData("[]", "JsonMalformed")]
    [InlineData("null", "JsonMalformed")]
    [InlineData("{", "JsonMalformed")]
    [InlineData("{}{}", "JsonMalformed")]
    [InlineData("{\"a\":\"\u00ff\"}", "JsonMalformed")]
    [InlineData("""{"error":null}""", "ErrorMalformed")]
    [InlineData("""{"error":{}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":null}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":5}}""", "ErrorMalformed")]
    [InlineData("""{"error":"unavailable"}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","message":7}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","details":{}}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","details":[1]}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","details":[{"type":"t"}]}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","details":[{"type":"t","value":"A"}]}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"ok"}}""", "ErrorCodeUnknown")]
    [InlineData("""{"error":{"code":"INTERNAL"}}""", "ErrorCodeUnknown")]
    [InlineData("""{"error":{"code":"internal"},"error":{"code":"internal"}}""", "PropertyRepeated")]
    [InlineData("""{"error":{"code":"internal","code":"internal"}}""", "PropertyRepeated")]
    [InlineData("""{"metadata":{},"metadata":{}}""", "PropertyRepeated")]
    [InlineData("""{"metadata":null}""", "MetadataMalformed")]
    [InlineData("""{"metadata":[]}""", "MetadataMalformed")]
    [InlineData("""{"metadata":{"a":"b"}}""", "MetadataMalformed")]
    [InlineData("""{"metadata":{"a":[1]}}""", "MetadataMalformed")]
    [InlineData("""{"error":{"code":"internal","message":"\ud800"}}""", "JsonMalformed")]
    [InlineData("""{"error":{"code":"internal","message":"a","message":"b"}}""", "PropertyRepeated")]
    [InlineData("""{"error":{"code":"internal","details":[],"details":[]}}""", "PropertyRepeated")]
    [InlineData("""{"error":{"code":"internal","details":[{"type":"t","type":"t","value":""}]}}""", "PropertyRepeated")]
    [InlineData("""{"error":{"code":"internal","details":[{"value":"","value":"","type":"t"}]}}""", "PropertyRepeated")]
    [InlineData("""{"error":{"code":"internal","details":[{"value":""}]}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","details":[{"type":1,"value":""}]}}""", "ErrorMalformed")]
    [InlineData("""{"error":{"code":"internal","details":[{"type":"t","value":""}""", "JsonMalformed")]
    [InlineData("""{"metadata":{"a":["b"],"c":null}}""", "MetadataMalformed")]
    [InlineData("""{"metadata":{"a":["b"}}""", "JsonMalformed")]
    [InlineData("""{"error":{"code":"internal"}""", "JsonMalformed")]
    public void An_end_that_is_wrong_is_an_error(string json, string error)
    {
        byte[] bytes = json.Contains('\u00ff', StringComparison.Ordinal) ? Encoding.Latin1.GetBytes(json) : Encoding.UTF8.GetBytes(json);
        Assert.False(ConnectJson.TryReadEnd(bytes, out RpcEnd? end, out RpcProtocolError actual, out int index));
        Assert.Null(end);
        Assert.Equal(error, actual.ToString());
        Assert.InRange(index, 0, bytes.Length);
    }

    [Theory]
    [InlineData("7b2261223aff", 5)]
    [InlineData("7b22e282", 4)]
    [InlineData("7b226572726f72223a6e756c6c7d", 9)]
    [InlineData("7b7d7b", 2)]
    public void An_error_is_at_its_byte(string hex, int index)
    {
        Assert.False(ConnectJson.TryReadEnd(Convert.FromHexString(hex), out _, out _, out int errorIndex));
        Assert.Equal(index, errorIndex);
    }

    [Fact]
    public void The_error_of_the_specification_has_its_details()
    {
        const string Json = """
            {
              "code": "unavailable",
              "message": "overloaded: back off and retry",
              "details": [{"type": "google.rpc.RetryInfo", "value": "CgIIPA", "debug": {"retryDelay": "30s"}}]
            }
            """;
        Assert.True(ConnectJson.TryReadError(Encoding.UTF8.GetBytes(Json), out RpcStatus? status, out _, out _));
        Assert.Equal((RpcStatusCode.Unavailable, "overloaded: back off and retry"), (status.Code, status.Message));
        RpcErrorDetail detail = Assert.Single(status.Details);
        Assert.Equal(("google.rpc.RetryInfo", "0a02083c"), (detail.Type, Convert.ToHexStringLower(detail.Value.Span)));
        System.Buffers.ArrayBufferWriter<byte> output = new();
        ConnectJsonWriter.WriteError(status, output);
        Assert.Equal(
            """{"code":"unavailable","message":"overloaded: back off and retry","details":[{"type":"google.rpc.RetryInfo","value":"CgIIPA"}]}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Throws<ArgumentException>(() => ConnectJsonWriter.WriteError(RpcStatus.Ok, output));
    }
}
