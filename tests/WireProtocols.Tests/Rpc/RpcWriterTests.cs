using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.Rpc;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcWriterTests
{
    private static readonly RpcWriterOptions Web = new() { Protocol = RpcProtocol.GrpcWeb, IsResponse = true };
    private static readonly RpcWriterOptions Connect = new() { Protocol = RpcProtocol.Connect, IsResponse = true };

    [Fact]
    public void Messages_whole_and_in_pieces_are_the_bytes_of_the_specification()
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter writer = new(output);
        writer.WriteMessage("hi"u8);
        writer.StartMessage(3);
        writer.WriteData("a"u8);
        writer.WriteData("bc"u8);
        writer.StartMessage(0);
        writer.WriteMessage([]);
        Assert.Equal("00000000026869" + "0000000003616263" + "0000000000" + "0000000000", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void The_ends_are_those_of_their_protocols()
    {
        RpcMetadata trailers = new();
        trailers.Add("Acme", "1");
        trailers.AddBinary("b-bin", [0, 1]);
        trailers.Add("acme", "2");
        RpcEnd end = new(new RpcStatus(RpcStatusCode.Aborted, "half\r\n50%"), trailers);
        ArrayBufferWriter<byte> output = new();
        new RpcWriter(output, Web).WriteEnd(end);
        Assert.Equal(
            "grpc-status: 10\r\ngrpc-message: half%0D%0A50%25\r\nacme: 1\r\nb-bin: AAE\r\nacme: 2\r\n",
            Encoding.ASCII.GetString(output.WrittenSpan[5..]));
        Assert.Equal(0x80, output.WrittenSpan[0]);

        output.ResetWrittenCount();
        new RpcWriter(output, Connect).WriteEnd(end);
        Assert.Equal(
            """{"error":{"code":"aborted","message":"half\r\n50%"},"metadata":{"acme":["1","2"],"b-bin":["AAE"]}}""",
            Encoding.ASCII.GetString(output.WrittenSpan[5..]));
        Assert.Equal(0x02, output.WrittenSpan[0]);

        output.ResetWrittenCount();
        new RpcWriter(output, Connect).WriteEnd(RpcEnd.Ok);
        Assert.Equal("02000000027b7d", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void What_cannot_be_read_back_is_refused_before_a_byte_is_written()
    {
        ArrayBufferWriter<byte> output = new();
        RpcWriter request = new(output, new RpcWriterOptions { Protocol = RpcProtocol.Connect });
        Assert.Throws<InvalidOperationException>(() => request.WriteEnd(RpcEnd.Ok));
        Assert.Throws<InvalidOperationException>(() => new RpcWriter(output, new RpcWriterOptions { IsResponse = true }).WriteEnd(RpcEnd.Ok));
        Assert.Throws<InvalidOperationException>(() => request.WriteCompressed("a"u8));
        Assert.Throws<InvalidOperationException>(() => request.StartMessage(1, isCompressed: true));
        Assert.Throws<ArgumentException>(() => request.WriteData("a"u8));
        Assert.Equal(0, output.WrittenCount);

        request.StartMessage(2);
        Assert.Throws<ArgumentException>(() => request.WriteData("abc"u8));
        Assert.Throws<InvalidOperationException>(() => request.WriteMessage("a"u8));
        Assert.Throws<InvalidOperationException>(() => request.StartMessage(1));
        Assert.Equal(RpcEnvelopeHeader.Size, output.WrittenCount);

        RpcWriter response = new(output, Web);
        response.WriteEnd(RpcEnd.Ok);
        int written = output.WrittenCount;
        Assert.Throws<InvalidOperationException>(() => response.WriteMessage("a"u8));
        Assert.Throws<InvalidOperationException>(() => response.WriteEnd(RpcEnd.Ok));
        Assert.Equal(written, output.WrittenCount);
    }

    [Fact]
    public void Any_messages_read_back_as_they_were_written()
        => Prop.ForAll<byte[][], int>((messages, seed) =>
        {
            ArrayBufferWriter<byte> output = new();
            RpcWriter writer = new(output, new RpcWriterOptions { Protocol = RpcProtocol.Connect, IsResponse = true });
            RpcRows expected = new();
            foreach (byte[] message in messages)
            {
                expected.Row(RpcRows.Head(output.WrittenCount, 0, message.Length));
                expected.Payload(message);
                expected.Row("end");
                if (message.Length % 2 == 0)
                {
                    writer.WriteMessage(message);
                }
                else
                {
                    writer.StartMessage((uint)message.Length);
                    writer.WriteData(message.AsSpan(0, message.Length / 2));
                    writer.WriteData(message.AsSpan(message.Length / 2));
                }
            }

            RpcSubject subject = new(new RpcEnvelopeOptions { Protocol = RpcProtocol.Connect });
            return subject.Decode(Segmentation.RandomPieces(output.WrittenSpan.ToArray(), new Random(seed))).SequenceEqual(expected.Rows);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Any_end_is_one_envelope_that_says_the_same()
        => Prop.ForAll<string, int, string>((message, code, value) =>
        {
            RpcMetadata trailers = new();
            try
            {
                trailers.Add("x", value ?? "");
            }
            catch (ArgumentException)
            {
                // Nothing that could break a line gets this far.
            }

            RpcEnd end = new(new RpcStatus((RpcStatusCode)(1 + ((uint)code % 16)), message ?? ""), trailers);
            ArrayBufferWriter<byte> output = new();
            new RpcWriter(output, Web).WriteEnd(end);
            bool isWeb = GrpcWebTrailers.TryDecode(output.WrittenSpan[RpcEnvelopeHeader.Size..], false, out RpcEnd? web, out _, out _);
            output.ResetWrittenCount();
            new RpcWriter(output, Connect).WriteEnd(end);
            bool isConnect = ConnectJson.TryReadEnd(output.WrittenSpan[RpcEnvelopeHeader.Size..], out RpcEnd? connect, out _, out _);
            string expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(end.Status.Message));
            return isWeb && isConnect && new[] { web!, connect! }.All(e => e.Status.Code == end.Status.Code && e.Status.Message == expected
                && e.Trailers.Entries.SequenceEqual(trailers.Entries));
        }).Check(Config.QuickThrowOnFailure);
}
