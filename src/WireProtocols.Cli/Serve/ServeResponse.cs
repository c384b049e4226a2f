using System.Buffers;
using System.Globalization;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>Writes responses whose body is known.</summary>
internal static class ServeResponse
{
    public static void WriteText(IBufferWriter<byte> output, TimeProvider time, int status, string text, bool keepAlive)
        => Write(output, time, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"), keepAlive, withoutBody: false);

    public static void Write(
        IBufferWriter<byte> output,
        TimeProvider time,
        int status,
        string contentType,
        ReadOnlySpan<byte> body,
        bool keepAlive,
        bool withoutBody,
        params ReadOnlySpan<(string Name, string Value)> fields)
    {
        Http1HeadWriter head = Start(output, time, status);
        head.WriteField("Content-Type"u8, contentType);
        head.WriteField("Content-Length"u8, body.Length);
        foreach ((string name, string value) in fields)
        {
            head.WriteField(Encoding.ASCII.GetBytes(name), value);
        }

        if (!keepAlive)
        {
            head.WriteField("Connection"u8, "close"u8);
        }

        head.Complete();
        if (!withoutBody)
        {
            output.Write(body);
        }
    }

    /// <summary>A status-line and the Date field: "An origin server with a clock MUST generate a Date header field" (RFC 9110 §6.6.1).</summary>
    public static Http1HeadWriter Start(IBufferWriter<byte> output, TimeProvider time, int status)
    {
        Http1HeadWriter head = Http1HeadWriter.StartResponse(output, status);
        head.WriteField("Date"u8, time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture));
        return head;
    }
}
