using System.Diagnostics.Tracing;
using WireProtocols.Tests.Harness;
using WireProtocols.Tests.Http1;
using WireProtocols.Tests.Ndjson;
using WireProtocols.Tests.ServerSentEvents;
using WireProtocols.Tests.WebSockets;
using WireProtocols.Tests.WebTransport;

namespace WireProtocols.Tests.Buffers;

/// <summary>What a decoder rents from the pool of arrays it gives back, once, whatever the input was and wherever it was cut.</summary>
[Collection(Alone.Name)]
public class PooledMemoryTests
{
    private static readonly Dictionary<string, Func<Vector, IDecoderSubject>> Subjects = new()
    {
        ["chunked"] = ChunkedSubject.For,
        ["event-stream"] = EventStreamSubject.For,
        ["http1"] = vector => Http1Subject.From(vector.Options),
        ["ndjson"] = NdjsonSubject.For,
        ["websocket"] = WebSocketFrameSubject.For,
        ["websocket-messages"] = vector => WebSocketMessageSubject.For(vector, usesZlib: false),
        ["webtransport/capsules"] = CapsuleSubject.For,
    };

    public static TheoryData<string> Folders => [.. Subjects.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Decoders_give_back_what_they_rent(string folder)
    {
        Vector[] vectors = [.. Vector.Load(folder)];
        using PoolWatch pool = new();
        foreach (Vector vector in vectors)
        {
            IDecoderSubject subject = Subjects[folder](vector);
            foreach (int size in new[] { Math.Max(1, vector.Bytes.Length), 1, 3, 7 })
            {
                subject.Decode([.. vector.Bytes.Chunk(size).Select(piece => new ReadOnlyMemory<byte>(piece))]);
                Assert.True(pool.Outstanding == 0 && pool.ReturnedTwice == 0, $"{vector.Name} in pieces of {size}: {pool}");
            }
        }

        Assert.True(pool.Rented > 0, "No vector needs memory of the pool.");
    }

    /// <summary>The arrays of the shared pool that this thread has rented; the pool tells on the thread of whoever asks.</summary>
    private sealed class PoolWatch : EventListener
    {
        private const int BufferRented = 1;
        private const int BufferReturned = 3;

        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly HashSet<int> _outstanding = [];

        public int Outstanding => _outstanding.Count;

        public int Rented { get; private set; }

        public int ReturnedTwice { get; private set; }

        public override string ToString() => $"{Outstanding} of {Rented} arrays are kept, {ReturnedTwice} were given back that were not rented.";

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (Environment.CurrentManagedThreadId != _thread || eventData.Payload is not [int buffer, int length, ..] || length == 0)
            {
                return;
            }

            switch (eventData.EventId)
            {
                case BufferRented:
                    Rented++;
                    _outstanding.Add(buffer);
                    break;
                case BufferReturned:
                    ReturnedTwice += _outstanding.Remove(buffer) ? 0 : 1;
                    break;
                default:
                    break;
            }
        }
    }
}
