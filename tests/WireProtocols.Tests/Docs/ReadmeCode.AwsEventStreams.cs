using System.IO.Pipelines;
using System.Text;
using WireProtocols.EventStreams;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about AWS event streams, where it compiles.</summary>
internal static class ReadmeAwsEventStreams
{
    public static async Task ReadAsync(PipeReader body, TextWriter output)
    {
        using EventMessageReader reader = new(body);
        try
        {
            await foreach (ReadOnlyMemory<byte> chunk in reader.ReadChunksAsync())
            {
                output.Write(Encoding.UTF8.GetString(chunk.Span));
            }
        }
        catch (AmazonEventException exception)
        {
            output.WriteLine($"{exception.Event.Type}: {Encoding.UTF8.GetString(exception.Event.Payload.Span)}");
        }
    }

    public static void Write(PipeWriter pipe)
    {
        EventMessageWriter writer = new(pipe);
        writer.WriteMessage(
            [new(":message-type", "event"), new(":event-type", "headersOnly"), new("sequenceNum", EventHeaderValue.FromInteger(4))],
            payload: []);
    }
}
