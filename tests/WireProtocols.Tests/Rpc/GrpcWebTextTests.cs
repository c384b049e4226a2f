using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.Rpc;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class GrpcWebTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("QUJD", "ABC")]
    [InlineData("QUI=", "AB")]
    [InlineData("QQ==", "A")]
    [InlineData("QQ==QUI=QUJDQUJD", "AABABCABC")]
    [InlineData("QUI=QUI=", "ABAB")]
    public Task Padding_may_stand_behind_every_group(string text, string expected) => CheckAsync(text, $"bytes {Hex(expected)}");

    [Theory]
    [InlineData("Q", "", "UnexpectedEnd 1")]
    [InlineData("QUJDQQ", "ABC", "UnexpectedEnd 6")]
    [InlineData("QQ=", "", "UnexpectedEnd 3")]
    [InlineData("QUJD QUJD", "ABC", "TextNotBase64 4")]
    [InlineData("QUJD\r\n", "ABC", "TextNotBase64 4")]
    [InlineData("QU-_", "", "TextNotBase64 2")]
    [InlineData("=UJD", "", "TextPaddingMisplaced 0")]
    [InlineData("Q===", "", "TextPaddingMisplaced 1")]
    [InlineData("QQ=A", "", "TextPaddingMisplaced 3")]
    [InlineData("QQ===", "A", "TextPaddingMisplaced 4")]
    [InlineData("QR==", "", "TextPadBitsNotZero 1")]
    [InlineData("QUF=", "", "TextPadBitsNotZero 2")]
    [InlineData("QQ=\n", "", "TextNotBase64 3")]
    public Task What_is_no_base64_is_an_error_at_its_character(string text, string before, string error)
        => CheckAsync(text, before.Length == 0 ? $"error {error}" : $"bytes {Hex(before)} error {error}");

    [Fact]
    public Task The_response_of_grpc_web_1108_has_five_messages_and_its_trailers()
        => Trickle.RunAsync(
            Encoding.ASCII.GetBytes(
                "AAAAADMKMQoKQ2xvdWRmbGFyZQoHRGlzY29yZAoGR2l0SHViCgpHaXRIdWIgQVBJCgZHb29nbGU=AAAAABMSEQoHRGlzY29yZBIG"
                + "EIDfoZ8BAAAAABISEAoGR29vZ2xlEgYQwNrkngE=AAAAABYSFAoKQ2xvdWRmbGFyZRIGEIDfoZ8BAAAAABYSFAoKR2l0SHViIEFQ"
                + "SRIGEICBt7ABAAAAAA0SCwoGR2l0SHViGIJWgAAAABBncnBjLXN0YXR1czogMA0K"),
            5,
            async pipe =>
            {
                using RpcReader reader = new(new GrpcWebTextPipeReader(pipe), new() { Protocol = RpcProtocol.GrpcWeb, IsResponse = true });
                List<OwnedRpcMessage> messages = await reader.ReadAllAsync().ToListAsync();
                Assert.Equal([51, 19, 18, 22, 22, 13], messages.Select(m => m.Payload.Length));
                Assert.True(reader.End!.Status.IsOk);
                return 0;
            });

    [Fact]
    public void Any_text_in_any_split_is_what_the_oracle_says()
        => Prop.ForAll<byte[], int>((bytes, seed) =>
        {
            Random random = new(seed);
            string text = string.Concat(bytes.Chunk(5).Select(Convert.ToBase64String));
            char[] broken = text.ToCharArray();
            if (broken.Length > 0 && random.Next(2) == 0)
            {
                broken[random.Next(broken.Length)] = "=A \nZ"[random.Next(5)];
            }

            byte[] input = Encoding.ASCII.GetBytes(broken);
            (byte[] expected, RpcProtocolError error, long offset) = NaiveText.Decode(input);
            return new Subject().Decode(Segmentation.RandomPieces(input, random)).SequenceEqual(Rows(expected, error, offset));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(4096)]
    public Task A_reader_may_leave_bytes_and_is_given_them_again(int size)
    {
        byte[] bytes = new byte[5000];
        new Random(size).NextBytes(bytes);
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(bytes.Chunk(100).Select(Convert.ToBase64String)));
        return Trickle.RunAsync(text, size, async pipe =>
        {
            GrpcWebTextPipeReader reader = new(pipe);
            int taken = 0;
            while (true)
            {
                // Ten bytes of what there is, and the rest looked at: more has to come, or there is no more.
                ReadResult read = await reader.ReadAsync();
                Assert.Equal(bytes[taken..(taken + (int)read.Buffer.Length)], read.Buffer.ToArray());
                if (read.IsCompleted)
                {
                    Assert.Equal(bytes.Length, taken + read.Buffer.Length);
                    await reader.CompleteAsync();
                    return 0;
                }

                int count = (int)Math.Min(10, read.Buffer.Length);
                taken += count;
                reader.AdvanceTo(read.Buffer.GetPosition(count), read.Buffer.End);
            }
        });
    }

    [Fact]
    public async Task What_is_flushed_is_one_padded_piece()
    {
        Pipe pipe = new();
        GrpcWebTextPipeWriter text = new(pipe.Writer);
        RpcWriter writer = new(text, new RpcWriterOptions { Protocol = RpcProtocol.GrpcWeb, IsResponse = true });
        writer.WriteMessage("hello"u8);
        Assert.Equal(10, text.UnflushedBytes);
        await text.FlushAsync();
        writer.WriteEnd(RpcEnd.Ok);
        await text.CompleteAsync();
        ReadResult read = await pipe.Reader.ReadAsync();
        Assert.Equal("AAAAAAVoZWxsbw==gAAAABBncnBjLXN0YXR1czogMA0K", Encoding.ASCII.GetString(read.Buffer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3071)]
    [InlineData(3072)]
    [InlineData(3073)]
    [InlineData(10000)]
    public void Encoding_is_that_of_the_platform_whatever_the_segments(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        ArrayBufferWriter<byte> output = new();
        GrpcWebTextEncoder.Encode(bytes, output);
        Assert.Equal(Convert.ToBase64String(bytes), Encoding.ASCII.GetString(output.WrittenSpan));
        output.ResetWrittenCount();
        GrpcWebTextEncoder.Encode(Segments.Create(bytes.Chunk(7).Select(c => (ReadOnlyMemory<byte>)c)), output);
        Assert.Equal(Convert.ToBase64String(bytes), Encoding.ASCII.GetString(output.WrittenSpan));
    }

    private static async Task CheckAsync(string text, string expected)
    {
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(Encoding.ASCII.GetBytes(text), new Subject());
        Assert.Equal(expected.Trim(), rows.Count == 0 ? "bytes" : string.Join(' ', rows).Replace("payload", "bytes", StringComparison.Ordinal));
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));

    private static IReadOnlyList<string> Rows(byte[] bytes, RpcProtocolError error, long offset)
    {
        Transcript rows = new();
        rows.Payload(bytes);
        if (error != RpcProtocolError.None)
        {
            rows.Error(error, offset);
        }

        return rows.Rows;
    }

    private sealed class Subject : IDecoderSubject
    {
        public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
        {
            GrpcWebTextDecoder decoder = new();
            List<byte> bytes = [];
            byte[] room = new byte[5];
            OperationStatus status = OperationStatus.NeedMoreData;
            foreach (ReadOnlyMemory<byte> piece in pieces)
            {
                ReadOnlySpan<byte> rest = piece.Span;
                do
                {
                    status = decoder.Decode(rest, room, out int consumed, out int written);
                    bytes.AddRange(room.AsSpan(0, written));
                    rest = rest[consumed..];
                }
                while (status == OperationStatus.DestinationTooSmall);
            }

            decoder.Complete();
            return Rows([.. bytes], decoder.Error, decoder.ErrorOffset);
        }

        public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
        {
            GrpcWebTextPipeReader reader = new(pipe);
            List<byte> bytes = [];
            try
            {
                while (true)
                {
                    ReadResult read = await reader.ReadAsync();
                    bytes.AddRange(read.Buffer.ToArray());
                    reader.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                    {
                        return Rows([.. bytes], RpcProtocolError.None, 0);
                    }
                }
            }
            catch (RpcProtocolException exception)
            {
                return Rows([.. bytes], exception.Error, exception.Offset);
            }
        }
    }
}
