using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Benchmarks.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.WebTransport;

/// <summary>Capsules from a pipe and to a buffer, and QUIC datagrams, of 64 bytes of payload.</summary>
public static class CapsuleCases
{
    public const int Count = 4_096;

    private static readonly byte[] Payload = new byte[64];
    private static readonly ReadOnlySequence<byte> Datagrams = new(Create(writer => writer.WriteDatagram(Payload)));
    private static readonly ReadOnlySequence<byte> Updates = new(Create(writer => writer.WriteMaxData(1_000_000)));
    private static readonly byte[][] QuicDatagrams = [.. Enumerable.Range(0, Count).Select(CreateQuicDatagram)];
    private static readonly byte[] Scratch = new byte[128];
    private static readonly CapsuleReader DatagramReader = new(new EndlessPipe(Datagrams));
    private static readonly CapsuleReader UpdateReader = new(new EndlessPipe(Updates));
    private static readonly ReusedBuffer Output = new(Count * 128);
    private static readonly CapsuleWriter Writer = new(Output);

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("capsule.read.datagram64B", Count, ReadDatagrams, null, null, null) { LimitNanoseconds = 15 };
        yield return new CompareCase("capsule.read.max-data", Count, ReadUpdates, null, null, null);
        yield return new CompareCase("capsule.write.datagram64B", Count, WriteDatagrams, "Span.CopyTo", CopyDatagrams, null);
        yield return new CompareCase("datagram.decode.64B", Count, DecodeDatagrams, "switch decoder", DecodeDatagramsWithSwitch, null);
        yield return new CompareCase("datagram.encode.64B", Count, EncodeDatagrams, "Span.CopyTo", CopyDatagrams, null);
    }

    public static void ReadDatagrams() => Sink.Keep(Read(DatagramReader));

    public static void ReadUpdates() => Sink.Keep(Read(UpdateReader));

    public static void WriteDatagrams()
    {
        Output.Reset();
        for (int i = 0; i < Count; i++)
        {
            Writer.WriteDatagram(Payload);
        }

        Sink.Keep(Output.Written);
    }

    public static void DecodeDatagrams()
    {
        long sum = 0;
        foreach (byte[] datagram in QuicDatagrams)
        {
            HttpDatagram.Decode(datagram, out HttpDatagram decoded);
            sum += decoded.StreamId + decoded.Payload.Length;
        }

        Sink.Keep(sum);
    }

    public static void EncodeDatagrams()
    {
        long sum = 0;
        for (int i = 0; i < Count; i++)
        {
            HttpDatagram.Encode((long)i << 2, Payload, Scratch, out int written);
            sum += written;
        }

        Sink.Keep(sum);
    }

    private static void DecodeDatagramsWithSwitch()
    {
        long sum = 0;
        foreach (byte[] datagram in QuicDatagrams)
        {
            int length = 1 << (datagram[0] >> 6);
            sum += (VarIntCases.Switch(datagram.AsSpan(0, length)) << 2) + datagram.AsSpan(length).Length;
        }

        Sink.Keep(sum);
    }

    private static void CopyDatagrams()
    {
        for (int i = 0; i < Count; i++)
        {
            Payload.CopyTo(Scratch.AsSpan());
        }

        Sink.Keep(Scratch[0]);
    }

    private static long Read(CapsuleReader reader)
    {
        // The pipe never waits.
        ValueTask<bool> ready = reader.WaitToReadAsync();
        long sum = ready.IsCompletedSuccessfully && ready.Result ? 0 : throw new InvalidOperationException("There is nothing to read.");
        while (reader.TryRead(out CapsulePart capsule))
        {
            sum += capsule.Length;
        }

        return sum;
    }

    private static byte[] Create(Action<CapsuleWriter> write)
    {
        ArrayBufferWriter<byte> output = new();
        CapsuleWriter writer = new(output);
        for (int i = 0; i < Count; i++)
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] CreateQuicDatagram(int index)
    {
        byte[] bytes = new byte[HttpDatagram.GetPrefixSize((long)index << 2) + Payload.Length];
        HttpDatagram.Encode((long)index << 2, Payload, bytes, out _);
        return bytes;
    }

    /// <summary>A pipe that has the same bytes again whenever it is read; its reader consumes them all.</summary>
    private sealed class EndlessPipe(ReadOnlySequence<byte> bytes) : PipeReader
    {
        public override bool TryRead(out ReadResult result)
        {
            result = new ReadResult(bytes, false, false);
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => new(new ReadResult(bytes, false, false));

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private sealed class ReusedBuffer(int size) : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[size];

        public int Written { get; private set; }

        public void Reset() => Written = 0;

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(Written);

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(Written);
    }
}
