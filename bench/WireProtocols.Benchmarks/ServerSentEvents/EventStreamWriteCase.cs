using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Benchmarks.ServerSentEvents;

/// <summary>Writes events of data in UTF-8 to a stream, each flushed.</summary>
public sealed class EventStreamWriteCase : IAsyncDisposable
{
    private readonly EventStreamInput _input;
    private readonly EventStreamWriter _writer;
    private readonly SseItem<byte[]> _item;

    public EventStreamWriteCase(EventStreamInput input)
    {
        _input = input;
        _writer = new EventStreamWriter(Stream.Null);
        _item = new SseItem<byte[]>(input.Data, input.Type.Length == 0 ? null : Encoding.ASCII.GetString(input.Type));
    }

    public void Ours()
    {
        for (int i = 0; i < _input.Count; i++)
        {
            ValueTask<bool> write = _writer.WriteEventAsync(_input.Data, _input.Type);
            if (!write.IsCompletedSuccessfully || !write.Result)
            {
                throw new InvalidOperationException("The stream takes everything at once.");
            }
        }
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    public void Peer()
        => SseFormatter.WriteAsync(Items(), Stream.Null, static (item, output) => output.Write(item.Data)).GetAwaiter().GetResult();

#pragma warning disable CS1998 // Nothing to wait for: the peer is given everything at once.
    private async IAsyncEnumerable<SseItem<byte[]>> Items()
    {
        for (int i = 0; i < _input.Count; i++)
        {
            yield return _item;
        }
    }
#pragma warning restore CS1998
}
