using System.Buffers;
using System.Text;

namespace WireProtocols.Http1;

/// <summary>Writes the response that refuses a request and says why in plain text.</summary>
public static class Http1Refusal
{
    /// <summary>Writes the whole response to a head that broke a rule: its status, <c>Connection: close</c>, and the rule with its section as
    /// body. The caller closes the connection afterwards.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="error">The rule that was broken.</param>
    public static void Write(IBufferWriter<byte> output, Http1ProtocolError error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ProtocolRule rule = error.GetRule();
        Write(output, error.GetStatusCode(), $"{rule.Text} ({rule.Section}).\n");
    }

    /// <summary>Writes a whole response with <c>Connection: close</c> and a body of plain text.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="statusCode">400 to 599.</param>
    /// <param name="text">The body; may be empty.</param>
    public static void Write(IBufferWriter<byte> output, int statusCode, string text)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 400);
        ArgumentNullException.ThrowIfNull(text);
        Http1HeadWriter head = Http1HeadWriter.StartResponse(output, statusCode);
        head.WriteField("Connection"u8, "close"u8);
        head.WriteField("Content-Type"u8, "text/plain; charset=utf-8"u8);
        head.WriteField("Content-Length"u8, Encoding.UTF8.GetByteCount(text));
        head.Complete();
        Encoding.UTF8.GetBytes(text, output);
    }
}
