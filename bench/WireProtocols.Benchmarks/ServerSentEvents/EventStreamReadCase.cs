using System.Net.ServerSentEvents;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Benchmarks.ServerSentEvents;

/// <summary>Reads the events of a stream in memory, as slices, and adds up their lengths.</summary>
public sealed class EventStreamReadCase(EventStreamInput input) : IDisposable
{
    private readonly EventStreamReader _reader = new(new RepeatingPipeReader(input.Stream));
    private readonly MemoryStream _stream = new(input.Stream);

    public long Ours()
    {
        long sum = 0;
        ValueTask<bool> wait = _reader.WaitToReadAsync();
        if (!wait.IsCompletedSuccessfully || !wait.Result)
        {
            throw new InvalidOperationException("The pipe has bytes at once and never ends.");
        }

        while (_reader.TryRead(out EventStreamElement element))
        {
            sum += element.Data.Length;
        }

        return sum;
    }

    public long Peer()
    {
        long sum = 0;
        _stream.Position = 0;
        foreach (SseItem<int> item in SseParser.Create(_stream, static (_, data) => data.Length).Enumerate())
        {
            sum += item.Data;
        }

        return sum;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }
}
