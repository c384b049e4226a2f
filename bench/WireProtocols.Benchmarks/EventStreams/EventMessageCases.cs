using System.Buffers;
using Amazon.Runtime.EventStreams;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Buffers;
using WireProtocols.EventStreams;

namespace WireProtocols.Benchmarks.EventStreams;

/// <summary>
/// The chunks of a language model as AWS services send them: three headers, and JSON of 300 bytes or 4 KB. The peer is the decoder of the AWS SDK for
/// .NET, which gets each message in an array of its own; ours finds them in a pipe. Both check both checksums.
/// </summary>
public static class EventMessageCases
{
    public const int Count = 1_024;

    private const int Kilobytes = 4096;

    private static readonly OwnedEventHeader[] Headers =
    [
        new(":event-type", "chunk"),
        new(":content-type", "application/json"),
        new(":message-type", "event"),
    ];

    private static readonly Input Small = new(300);
    private static readonly Input Large = new(Kilobytes);
    private static readonly ArrayBufferWriter<byte> Output = new(Small.Bytes.Length + Kilobytes);
    private static readonly EventMessageWriter Writer = new(Output);
    private static readonly List<IEventStreamHeader> PeerHeaders = [.. Headers.Select(CreatePeerHeader)];

    public static IEnumerable<CompareCase> All()
    {
        const string Peer = "AWSSDK.Core";
        const string Table = "eight bytes a step";
        yield return new CompareCase("eventstream.read.300B", Count, () => Read(Small), Peer, () => ReadPeer(Small), 2);
        yield return new CompareCase("eventstream.read.4KB", Count, () => Read(Large), Peer, () => ReadPeer(Large), 2);
        yield return new CompareCase("eventstream.own.300B", Count, () => ReadOwned(Small), Peer, () => ReadPeer(Small), null) { MayAllocate = true };
        yield return new CompareCase("eventstream.write.300B", Count, Write, Peer, WritePeer, null);
        yield return new CompareCase("eventstream.checksum.300B", Count, () => Check(Small), Table, () => CheckByTable(Small), 1);
        yield return new CompareCase("eventstream.checksum.4KB", Count, () => Check(Large), Table, () => CheckByTable(Large), 1);
    }

    public static void ReadSmall() => Read(Small);

    public static void ReadLarge() => Read(Large);

    public static void ReadSmallOwned() => ReadOwned(Small);

    public static void Write()
    {
        Output.ResetWrittenCount();
        for (int i = 0; i < Count; i++)
        {
            Writer.WriteMessage(Headers, Small.Payload);
        }

        Sink.Keep(Output.WrittenCount);
    }

    private static void Read(Input input)
    {
        // The pipe never waits.
        ValueTask<bool> ready = input.Reader.WaitToReadAsync();
        long sum = ready.IsCompletedSuccessfully && ready.Result ? 0 : throw new InvalidOperationException("There is nothing to read.");
        while (input.Reader.TryRead(out EventMessagePart part))
        {
            sum += part.Payload.Length;
            foreach (EventHeader header in part.Headers)
            {
                sum += header.Value.Length;
            }
        }

        Sink.Keep(sum);
    }

    /// <summary>The headers as strings and the payload as an array, as the peer has them.</summary>
    private static void ReadOwned(Input input)
    {
        ValueTask<bool> ready = input.Reader.WaitToReadAsync();
        long sum = ready.IsCompletedSuccessfully && ready.Result ? 0 : throw new InvalidOperationException("There is nothing to read.");
        while (input.Reader.TryRead(out EventMessagePart part))
        {
            sum += part.Payload.ToArray().Length + part.Headers.ToArray().Length;
        }

        Sink.Keep(sum);
    }

    private static void ReadPeer(Input input)
    {
        long sum = 0;
        foreach (byte[] bytes in input.Messages)
        {
            EventStreamMessage message = EventStreamMessage.FromBuffer(bytes, 0, bytes.Length);
            sum += message.Payload.Length + message.Headers.Count;
        }

        Sink.Keep(sum);
    }

    private static void WritePeer()
    {
        long sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += new EventStreamMessage(PeerHeaders, Small.Payload).ToByteArray().Length;
        }

        Sink.Keep(sum);
    }

    private static void Check(Input input)
    {
        uint sum = 0;
        foreach (byte[] bytes in input.Messages)
        {
            sum += Crc32.Compute(bytes);
        }

        Sink.Keep(sum);
    }

    private static void CheckByTable(Input input)
    {
        uint sum = 0;
        foreach (byte[] bytes in input.Messages)
        {
            sum += Crc32.AppendByTable(0, bytes);
        }

        Sink.Keep(sum);
    }

    private static IEventStreamHeader CreatePeerHeader(OwnedEventHeader header)
    {
        EventStreamHeader created = new(header.Name);
        created.SetString(header.Value.ToString());
        return created;
    }

    /// <summary>Messages one behind the other.</summary>
    private sealed class Input
    {
        public Input(int payloadLength)
        {
            Payload = new byte[payloadLength];
            new Random(payloadLength).NextBytes(Payload);
            ArrayBufferWriter<byte> output = new();
            EventMessageWriter writer = new(output);
            for (int i = 0; i < Count; i++)
            {
                writer.WriteMessage(Headers, Payload);
            }

            Bytes = output.WrittenSpan.ToArray();
            Messages = Bytes.Chunk(Bytes.Length / Count).ToArray();
            Reader = new EventMessageReader(new LoopPipeReader(Bytes));
        }

        public byte[] Payload { get; }

        public byte[] Bytes { get; }

        /// <summary>Each in an array of its own: the peer finds a wrong checksum in those that begin far behind the start of theirs.</summary>
        public byte[][] Messages { get; }

        public EventMessageReader Reader { get; }
    }
}
