using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Rpc;

namespace WireProtocols.Benchmarks.Rpc;

/// <summary>
/// Messages of gRPC of 64 bytes from a pipe and to a buffer. The peer is the loop that servers of gRPC have over a pipe: five bytes of header
/// copied out of the sequence, a slice, and on.
/// </summary>
public static class RpcCases
{
    public const int Count = 4_096;

    private static readonly byte[] Payload = new byte[64];
    private static readonly byte[] Messages = Create();
    private static readonly RpcReader Reader = new(new LoopPipeReader(Messages));
    private static readonly ArrayBufferWriter<byte> Output = new(Messages.Length + 4096);
    private static readonly RpcWriter Writer = new(Output);
    private static readonly byte[] Scratch = new byte[128];

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("rpc.read.64B", Count, Read, "ReadOnlySequence.Slice", ReadSlices, null) { LimitNanoseconds = 10 };
        yield return new CompareCase("rpc.write.64B", Count, Write, "Span.CopyTo", Copy, null);
    }

    public static void Read()
    {
        // The pipe never waits.
        ValueTask<bool> ready = Reader.WaitToReadAsync();
        long sum = ready.IsCompletedSuccessfully && ready.Result ? 0 : throw new InvalidOperationException("There is nothing to read.");
        while (Reader.TryRead(out RpcMessagePart part))
        {
            sum += part.Length;
        }

        Sink.Keep(sum);
    }

    public static void Write()
    {
        Output.ResetWrittenCount();
        for (int i = 0; i < Count; i++)
        {
            Writer.WriteMessage(Payload);
        }

        Sink.Keep(Output.WrittenCount);
    }

    private static void ReadSlices()
    {
        ReadOnlySequence<byte> rest = new(Messages);
        Span<byte> header = stackalloc byte[RpcEnvelopeHeader.Size];
        long sum = 0;
        while (rest.Length >= RpcEnvelopeHeader.Size)
        {
            rest.Slice(0, RpcEnvelopeHeader.Size).CopyTo(header);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
            if (header[0] > 1 || length > rest.Length - RpcEnvelopeHeader.Size)
            {
                break;
            }

            ReadOnlySequence<byte> message = rest.Slice(RpcEnvelopeHeader.Size, length);
            sum += message.Length;
            rest = rest.Slice(message.End);
        }

        Sink.Keep(sum);
    }

    private static void Copy()
    {
        for (int i = 0; i < Count; i++)
        {
            Payload.CopyTo(Scratch.AsSpan());
        }

        Sink.Keep(Scratch[0]);
    }

    private static byte[] Create()
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter writer = new(output);
        for (int i = 0; i < Count; i++)
        {
            writer.WriteMessage(Payload);
        }

        return output.WrittenSpan.ToArray();
    }
}
