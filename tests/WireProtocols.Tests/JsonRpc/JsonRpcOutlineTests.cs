using System.Text;
using WireProtocols.JsonRpc;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.JsonRpc;

public class JsonRpcOutlineTests
{
    /// <summary>The examples of JSON-RPC §7, and what is said in §4, §5 and §6.</summary>
    [Theory]
    [InlineData("""{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}""", JsonRpcMessageKind.Request)]
    [InlineData("""{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}""", JsonRpcMessageKind.Request)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "id": "a"}""", JsonRpcMessageKind.Request)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "id": null}""", JsonRpcMessageKind.Request)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "id": 1.5}""", JsonRpcMessageKind.Request)]
    [InlineData("""{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}""", JsonRpcMessageKind.Notification)]
    [InlineData("""{"jsonrpc": "2.0", "method": "foobar"}""", JsonRpcMessageKind.Notification)]
    [InlineData("""{"jsonrpc": "2.0", "result": 19, "id": 1}""", JsonRpcMessageKind.Result)]
    [InlineData("""{"jsonrpc": "2.0", "result": null, "id": 1}""", JsonRpcMessageKind.Result)]
    [InlineData("""{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}""", JsonRpcMessageKind.Error)]
    [InlineData("""{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error", "data": [{}]}, "id": null}""", JsonRpcMessageKind.Error)]
    [InlineData("""[1]""", JsonRpcMessageKind.Batch)]
    [InlineData("""[{"jsonrpc": "2.0", "method": "m"}]""", JsonRpcMessageKind.Batch)]
    [InlineData("""{"x": {"id": 7, "method": 1}, "jsonrpc": "2.0", "method": "m"}""", JsonRpcMessageKind.Notification)]
    [InlineData("""{"jsonrpc": "2.0", "m\u0065thod": "m", "i\u0064": 1}""", JsonRpcMessageKind.Request)]
    [InlineData("""{"jsonrpc": "2\u002e0", "method": "m"}""", JsonRpcMessageKind.Notification)]
    public void A_message_is_of_a_kind(string json, JsonRpcMessageKind kind)
    {
        JsonRpcOutline outline = JsonRpcOutline.Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal((kind, JsonRpcProtocolError.None), (outline.Kind, outline.Problem));
    }

    [Theory]
    [InlineData("[]", JsonRpcProtocolError.BatchEmpty)]
    [InlineData("1", JsonRpcProtocolError.NotAnObject)]
    [InlineData("null", JsonRpcProtocolError.NotAnObject)]
    [InlineData("{}", JsonRpcProtocolError.VersionMissing)]
    [InlineData("""{"method": "m"}""", JsonRpcProtocolError.VersionMissing)]
    [InlineData("""{"jsonrpc": "1.0", "method": "m"}""", JsonRpcProtocolError.VersionMissing)]
    [InlineData("""{"jsonrpc": 2.0, "method": "m"}""", JsonRpcProtocolError.VersionMissing)]
    [InlineData("""{"jsonrpc": "2.0 ", "method": "m"}""", JsonRpcProtocolError.VersionMissing)]
    [InlineData("""{"jsonrpc": "2.0", "method": 1, "params": "bar"}""", JsonRpcProtocolError.MethodMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "params": "bar"}""", JsonRpcProtocolError.ParametersMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "params": null}""", JsonRpcProtocolError.ParametersMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "id": {}}""", JsonRpcProtocolError.IdMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "method": "m", "id": true}""", JsonRpcProtocolError.IdMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1}""", JsonRpcProtocolError.KindUnclear)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "method": "m", "result": 1}""", JsonRpcProtocolError.KindUnclear)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "result": 1, "error": {"code": 1, "message": ""}}""", JsonRpcProtocolError.KindUnclear)]
    [InlineData("""{"jsonrpc": "2.0", "result": 1}""", JsonRpcProtocolError.IdMissing)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "error": null}""", JsonRpcProtocolError.ErrorMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "error": {"code": 1.5, "message": ""}}""", JsonRpcProtocolError.ErrorMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "error": {"code": "1", "message": ""}}""", JsonRpcProtocolError.ErrorMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "error": {"code": 1}}""", JsonRpcProtocolError.ErrorMalformed)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "m"}""", JsonRpcProtocolError.MemberRepeated)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "\u0069d": 2, "method": "m"}""", JsonRpcProtocolError.MemberRepeated)]
    [InlineData("""{"seq": 1, "type": "event", "event": "stopped"}""", JsonRpcProtocolError.VersionMissing)]
    [InlineData("{", JsonRpcProtocolError.InvalidJson)]
    [InlineData("", JsonRpcProtocolError.InvalidJson)]
    [InlineData("[1", JsonRpcProtocolError.InvalidJson)]
    [InlineData("{} {}", JsonRpcProtocolError.InvalidJson)]
    public void What_is_no_message_says_why(string json, JsonRpcProtocolError problem)
    {
        JsonRpcOutline outline = JsonRpcOutline.Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal((JsonRpcMessageKind.Invalid, problem), (outline.Kind, outline.Problem));
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":\"\xFF\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"\xC3\",\"id\":1}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"\x80\":1}")]
    [InlineData("[\"\xED\xA0\x80\"]")]
    public void What_is_no_unicode_is_no_message(string latin)
    {
        JsonRpcOutline outline = JsonRpcOutline.Read(Encoding.Latin1.GetBytes(latin));
        Assert.Equal((JsonRpcMessageKind.Invalid, JsonRpcProtocolError.InvalidUtf8), (outline.Kind, outline.Problem));
        Assert.True(outline.Id.IsEmpty && outline.Method.IsEmpty);
    }

    [Fact]
    public void Members_are_slices_of_the_message()
    {
        JsonRpcOutline outline = JsonRpcOutline.Read("""{"jsonrpc":"2.0","id": "a\"1" ,"method":"te\u0078t/x","params":{"a":[1]}}"""u8);
        Assert.Equal("\"a\\\"1\"", Encoding.UTF8.GetString(outline.Id));
        Assert.Equal("\"te\\u0078t/x\"", Encoding.UTF8.GetString(outline.Method));
        Assert.Equal("text/x", outline.GetMethod());
        Assert.Equal("{\"a\":[1]}", Encoding.UTF8.GetString(outline.Parameters));
        outline = JsonRpcOutline.Read("""{"jsonrpc":"2.0","id":7,"error":{"code":-1,"message":"m","data":{}}}"""u8);
        Assert.Equal("{\"code\":-1,\"message\":\"m\",\"data\":{}}", Encoding.UTF8.GetString(outline.Error));
        Assert.True(outline.Method.IsEmpty);
        Assert.Null(outline.GetMethod());
        Assert.Null(JsonRpcOutline.Read("""{"jsonrpc":"2.0","method":"\ud800"}"""u8).GetMethod());
    }

    [Fact]
    public void The_messages_of_a_batch_come_one_by_one()
    {
        List<string> messages = [];
        foreach (ReadOnlySpan<byte> message in JsonRpcOutline.Read("""[ {"a":[1,2]} , 3,[], {"b":"]"}]"""u8).Messages)
        {
            messages.Add(Encoding.UTF8.GetString(message));
        }

        Assert.Equal(["{\"a\":[1,2]}", "3", "[]", "{\"b\":\"]\"}"], messages);
        Assert.False(JsonRpcOutline.Read("{}"u8).Messages.GetEnumerator().MoveNext());
    }

    [Fact]
    public void Looking_allocates_nothing()
    {
        byte[] request = """{"jsonrpc":"2.0","id":1,"method":"textDocument/completion","params":{"textDocument":{"uri":"file:///a"}}}"""u8.ToArray();
        byte[] batch = [.. "["u8, .. request, .. ","u8, .. request, .. "]"u8];
        Assert.Equal(0, Allocations.Of(() =>
        {
            Assert.True(JsonRpcOutline.Read(request).Kind == JsonRpcMessageKind.Request);
            int count = 0;
            foreach (ReadOnlySpan<byte> message in JsonRpcOutline.Read(batch).Messages)
            {
                count += message.Length;
            }

            Assert.True(count == 2 * request.Length);
        }));
    }
}
