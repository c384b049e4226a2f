using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>Answers with the request's body, whatever its framing, as it comes in; trailers included.</summary>
internal sealed class EchoRoute : Route
{
    public override string Path => "/echo";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD", "POST", "PUT"];

    public override string Description => "answers a body with the same body in chunks, trailers included";

    public override ValueTask HandleAsync(ServeRequest request)
        => request.Method is "GET" or "HEAD"
            ? request.RespondAsync(200, "POST a body, and it comes back.\n")
            : AnswerAsync(request);

    /// <summary>Sends the body back as it comes.</summary>
    public static async ValueTask AnswerAsync(ServeRequest request)
    {
        // A server that stops answers at once where the body has not begun. A body that has begun is let end.
        Http1IncomingBody body = request.Exchange.Body;
        ReadResult read = await body.ReadAsync(request.Stopping);
        Http1BodyWriter response = ServeBody.Start(request, request.GetField("content-type"u8) ?? "application/octet-stream");
        await CopyAsync(body, read, response);
        foreach (TrailerField trailer in body.Trailers.Where(t => !t.IsForbidden && response.TakesTrailers))
        {
            response.AddTrailer(trailer.Name, trailer.Value);
        }

        await response.CompleteAsync();
    }

    private static async ValueTask CopyAsync(Http1IncomingBody body, ReadResult read, Http1BodyWriter response)
    {
        while (true)
        {
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                response.Write(segment.Span);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            if ((await response.FlushAsync()).IsCompleted)
            {
                throw new IOException("The client is gone.");
            }

            read = await body.ReadAsync();
        }
    }
}
