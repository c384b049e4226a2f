using System.IO.Pipelines;
using WireProtocols.Http1;

namespace WireProtocols.InteropTests.Http1;

/// <summary>Echoes bodies and trailers; <c>/hello</c> answers a GET.</summary>
internal static class LayerFourServer
{
    public static LoopbackServer Start() => new(AnswerAsync);

    private static async ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stop)
    {
        if (exchange.Request.Target == "/hello")
        {
            await exchange.RespondAsync(200, "hello"u8.ToArray(), ("Content-Type", "text/plain"));
            return;
        }

        ReadResult read = await exchange.Body.ReadAsync(stop);
        Http1BodyWriter response = exchange.StartResponse(200, Http1BodyFraming.Chunked, ("Content-Type", "application/octet-stream"));
        while (true)
        {
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                await response.WriteAsync(segment, stop);
            }

            exchange.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }

            read = await exchange.Body.ReadAsync(stop);
        }

        foreach (TrailerField trailer in exchange.Body.Trailers)
        {
            response.AddTrailer(trailer.Name, trailer.Value);
        }

        await response.CompleteAsync();
    }
}
