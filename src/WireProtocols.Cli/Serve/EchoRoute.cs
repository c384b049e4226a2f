using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>Answers with the request's body, whatever its framing, as it comes in; trailers included.</summary>
internal sealed class EchoRoute : Route
{
    public override string Path => "/echo";

    public override IReadOnlyList<string> Methods => ["POST", "PUT"];

    public override string Description => "answers a body with the same body in chunks, trailers included";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        request.KeepsAlive = request.Head.IsKeepAlive;
        using Http1BodyReader body = new(request.Connection.Input, Http1BodyFraming.OfRequest(request.Head));
        await ContinueAsync(request);
        ReadResult read;
        try
        {
            read = await body.ReadAsync(request.Stopping);
        }
        catch (WireProtocolException exception)
        {
            request.KeepsAlive = false;
            await request.RespondAsync(StatusOf(exception), exception.Message + "\n");
            return;
        }

        ServeBody response = ServeBody.Start(request, 200, request.GetField("content-type"u8) ?? "application/octet-stream");
        try
        {
            await CopyAsync(body, read, response);
        }
        catch (WireProtocolException exception)
        {
            await response.AbandonAsync(exception);
            return;
        }

        await response.EndAsync(body.Trailers);
    }

    private static async ValueTask CopyAsync(Http1BodyReader body, ReadResult read, ServeBody response)
    {
        while (true)
        {
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                response.Writer.Write(segment.Span);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            await response.FlushAsync();
            read = await body.ReadAsync();
        }
    }

    /// <summary>"A server that receives a 100-continue expectation in an HTTP/1.1 request [...] sends a 100 (Continue) response" unless it
    /// answers otherwise (RFC 9110 §10.1.1).</summary>
    private static async ValueTask ContinueAsync(ServeRequest request)
    {
        if (request.Head.MinorVersion >= 1 && request.Head.Fields.ContainsElement("expect"u8, "100-continue"u8))
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(request.Connection.Output, 100);
            head.Complete();
            await request.Connection.FlushAsync(request.Stopping);
        }
    }

    private static int StatusOf(WireProtocolException exception)
        => exception is ChunkedProtocolException chunked ? chunked.Error.GetStatusCode() : 400;
}
