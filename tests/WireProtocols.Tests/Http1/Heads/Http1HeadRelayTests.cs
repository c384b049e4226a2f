using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

/// <summary>A relay copies a head with changes: every other field goes on in its place, as it was written.</summary>
public class Http1HeadRelayTests
{
    [Fact]
    public void A_request_head_is_copied_with_changes()
    {
        const string Request = "GET /chat?a=%5B HTTP/1.1\r\nhost: here\r\nX-One: 1\r\nCookie: a=\"b\"; c=d\r\nX-One: 2\r\n\r\n";
        ArrayBufferWriter<byte> output = new();
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(Request), out _, out Http1RequestHead head));
        Http1HeadWriter copy = Http1HeadWriter.StartRequest(output, head.Method, head.Target);
        foreach (Http1Field field in head.Fields)
        {
            copy.WriteField(field.Name, Ascii.EqualsIgnoreCase(field.Name, "Host"u8) ? "there:81"u8 : field.Value);
        }

        copy.WriteField("Via"u8, "1.1 relay"u8);
        copy.Complete();
        Assert.Equal(
            Request.Replace("here", "there:81", StringComparison.Ordinal)[..^2] + "Via: 1.1 relay\r\n\r\n",
            Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_response_head_is_copied_with_changes()
    {
        const string Response = "HTTP/1.1 429 Slow Down\r\nRetry-After: 3\r\nServer: one\r\nContent-Length: 0\r\n\r\n";
        ArrayBufferWriter<byte> output = new();
        using Http1ResponseDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(Response), out _, out Http1ResponseHead head));
        Http1HeadWriter copy = Http1HeadWriter.StartResponse(output, head.StatusCode, head.Reason);
        foreach (Http1Field field in head.Fields)
        {
            if (!Ascii.EqualsIgnoreCase(field.Name, "Server"u8))
            {
                copy.WriteField(field.Name, field.Value);
            }
        }

        copy.Complete();
        Assert.Equal(Response.Replace("Server: one\r\n", "", StringComparison.Ordinal), Encoding.ASCII.GetString(output.WrittenSpan));
    }
}
