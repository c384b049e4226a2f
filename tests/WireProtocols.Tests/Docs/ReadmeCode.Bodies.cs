using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Ndjson;
using WireProtocols.Tests.Ndjson;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about chunked bodies and NDJSON, where it compiles.</summary>
internal static class ReadmeBodies
{
    public static async Task BodyAsync(PipeReader connection, TextWriter output)
    {
        using Http1RequestReader heads = new(connection);
        while (await heads.ReadAsync() is { } head)
        {
            using Http1BodyReader body = new(connection, Http1BodyFraming.OfRequest(head.Head));
            output.WriteLine($"{head.Method} {head.Target}: {await new StreamReader(body.AsStream()).ReadToEndAsync()}");
        }
    }

    public static async Task ChunksAsync(PipeReader connection, TextWriter output)
    {
        using ChunkedReader reader = new(connection, new ChunkedOptions { MaxBodyLength = 1 << 20, RejectForbiddenTrailers = true });
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out ChunkedElement element))
            {
                output.WriteLine(
                    $"{element.Kind} at byte {element.Offset}, {element.Extensions.ToString()}: {Encoding.UTF8.GetString(element.Data)}");
            }
        }
    }

    public static async Task WriteAsync(PipeWriter connection)
    {
        ChunkedWriter body = new(connection);
        using NdjsonWriter records = new(body);
        await records.WriteAsync(new Sample(1, "a line, and a chunk of its own"), SampleContext.Default.Sample);
        await records.WriteRawAsync("""{"id":2}"""u8.ToArray());
        body.AddTrailer("X-Records", "2");
        await body.CompleteAsync();
    }

    public static async Task RecordsAsync(PipeReader connection, TextWriter output)
    {
        using NdjsonReader reader = new(new ChunkedPipeReader(connection), new NdjsonOptions { MaxRecordLength = 64 * 1024 });
        await foreach (NdjsonResult<Sample> result in reader.ReadAllAsync(SampleContext.Default.Sample))
        {
            output.WriteLine(result.IsSuccess ? $"{result.Value!.Id}" : $"line {result.Number}: {result.Error} at byte {result.ErrorOffset}");
        }
    }
}
