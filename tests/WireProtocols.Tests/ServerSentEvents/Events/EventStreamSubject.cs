using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Fuzz.ServerSentEvents;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>The decoder and the reader as transcripts. Strings are written as JSON, so that a row is one line.</summary>
internal sealed class EventStreamSubject(EventStreamOptions? options = null, string? lastEventId = null, bool withOffsets = true) : IDecoderSubject
{
    public static EventStreamSubject For(Vector vector) => new(OptionsOf(vector.Options), vector.Options.GetValueOrDefault("lastEventId"));

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using EventStreamDecoder decoder = new(options, lastEventId);
        IReadOnlyList<string> rows = Decode(decoder, pieces);

        // The last event ID outlives a stream, and nothing else does.
        using EventStreamDecoder heir = new(options, decoder.LastEventId);
        decoder.Reset();
        Assert.Equal(Decode(heir, pieces), Decode(decoder, pieces));
        return rows;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        using EventStreamReader reader = new(pipe, options, lastEventId);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out EventStreamElement element))
                {
                    transcript.Row(Row(element));
                }
            }

            transcript.Row($"end {EventStreamRows.Quote(reader.LastEventId)}");
        }
        catch (EventStreamProtocolException e)
        {
            transcript.Error(e.Error, e.Offset);
        }

        return transcript.Rows;
    }

    private IReadOnlyList<string> Decode(EventStreamDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Transcript transcript = new();
        OperationStatus status = Feed.All<EventStreamElement>(pieces, decoder.Decode, element => transcript.Row(Row(element)));
        while (status == OperationStatus.NeedMoreData && decoder.TryDecodeLast(out EventStreamElement last))
        {
            transcript.Row(Row(last));
        }

        if (status == OperationStatus.NeedMoreData)
        {
            status = decoder.Complete();
        }

        if (status == OperationStatus.InvalidData)
        {
            transcript.Error(decoder.Error, decoder.ErrorOffset);
            Assert.Equal(OperationStatus.InvalidData, decoder.Decode("data: a\n\n"u8, out int consumed, out _));
            Assert.Equal(0, consumed);
        }
        else
        {
            transcript.Row($"end {EventStreamRows.Quote(decoder.LastEventId)}");
        }

        return transcript.Rows;
    }

    private string Row(EventStreamElement element) => EventStreamRows.Of(element, withOffsets);

    private static EventStreamOptions OptionsOf(IReadOnlyDictionary<string, string> names)
    {
        int Limit(string name, int otherwise) => names.TryGetValue(name, out string? value) ? int.Parse(value) : otherwise;
        EventStreamOptions defaults = EventStreamOptions.Default;
        return new EventStreamOptions
        {
            MaxLineLength = Limit("maxLine", defaults.MaxLineLength),
            MaxEventLength = Limit("maxEvent", defaults.MaxEventLength),
            MaxFieldLength = Limit("maxField", defaults.MaxFieldLength),
            SkipOversized = names.ContainsKey("skip"),
            DispatchUnfinishedEvent = names.ContainsKey("dispatchUnfinished"),
            RejectUnfinishedEvent = names.ContainsKey("rejectUnfinished"),
        };
    }
}
