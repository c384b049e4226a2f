using System.Buffers;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Messages of frames that somebody else has read.</summary>
public class WebSocketMessageAssemblerTests
{
    private const string Folder = "websocket-messages";

    public static TheoryData<string> Names => Vector.Names(Folder);

    /// <summary>Over the frames of a frame decoder, every vector means what it means to the message decoder.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_vector_means_the_same_over_frames(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        string? Option(string key) => vector.Options.GetValueOrDefault(key);
        if (Option("max") is not null || Option("fragments") is not null || Option("empty") is not null)
        {
            return;
        }

        WebSocketRole sender = Option("from") == "client" ? WebSocketRole.Client : WebSocketRole.Server;
        bool noContext = Option("deflate") == "no";
        int bits = int.Parse(Option("window") ?? "15", null);
        WebSocketDeflateParameters? deflate = Option("deflate") is null ? null : new(noContext, noContext, bits, bits);
        Assert.Equal(vector.Rows.Where(r => !r.StartsWith("end", StringComparison.Ordinal)), Rows(vector.Bytes, sender, deflate));
    }

    [Fact]
    public void A_compressed_frame_without_the_extension_and_a_frame_out_of_place_are_errors()
    {
        Assert.Equal(["error ReservedBitSet 0"], Rows([0xC1, 0x00], WebSocketRole.Server, null, lenient: true));
        Assert.Equal(["error UnexpectedContinuation 0"], Rows([0x80, 0x00], WebSocketRole.Server, null, lenient: true));
        Assert.Equal(["error ExpectedContinuation 2"], Rows([0x01, 0x00, 0x81, 0x00], WebSocketRole.Server, null, lenient: true));
    }

    [Fact]
    public void What_a_frame_made_has_to_be_read_before_the_next_one()
    {
        using WebSocketFrameDecoder frames = new(WebSocketRole.Server, new WebSocketFrameOptions { ReservedBits = WebSocketReservedBits.Rsv1 });
        using WebSocketMessageAssembler messages = new(WebSocketRole.Server, deflate: new WebSocketDeflateParameters());
        byte[] payload = new DeflateBlocks().Stored(new byte[40_000]).ToPayload();
        byte[] bytes = FrameBytes.From(WebSocketRole.Server, WebSocketOpcode.Binary, payload);
        bytes[0] |= 0x40;
        Assert.Equal(OperationStatus.Done, frames.Decode(bytes, out _, out WebSocketFramePart frame));
        Assert.Equal(OperationStatus.Done, messages.Add(frame, out WebSocketMessagePart part));
        Assert.True(part is { IsFirst: true, IsLast: false });
        try
        {
            messages.Add(frame, out part);
            Assert.Fail("There is more to read.");
        }
        catch (InvalidOperationException)
        {
            int length = 16 * 1024;
            while (messages.Read(out part) == OperationStatus.Done)
            {
                length += part.Payload.Length;
            }

            Assert.Equal(40_000, length);
        }
    }

    private static List<string> Rows(byte[] bytes, WebSocketRole sender, WebSocketDeflateParameters? deflate, bool lenient = false)
    {
        using WebSocketFrameDecoder frames = new(sender, new WebSocketFrameOptions
        {
            WholePayloadLength = 0,
            ReservedBits = deflate is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1,
            Lenient = lenient,
        });
        using WebSocketMessageAssembler messages = new(sender, deflate: deflate);
        List<string> rows = [];
        List<byte> message = [];
        ReadOnlySpan<byte> rest = bytes;
        while (frames.Decode(rest, out int consumed, out WebSocketFramePart frame) == OperationStatus.Done)
        {
            rest = rest[consumed..];
            OperationStatus status = messages.Add(frame, out WebSocketMessagePart part);
            for (; status == OperationStatus.Done; status = messages.Read(out part))
            {
                if (part.Opcode.IsControl())
                {
                    rows.Add($"{part.Opcode} {Convert.ToHexStringLower(part.Payload)}".TrimEnd());
                    continue;
                }

                message.AddRange(part.Payload);
                if (part.IsLast)
                {
                    rows.Add($"{part.Opcode} {Convert.ToHexStringLower([.. message])}".TrimEnd());
                    message.Clear();
                }
            }

            if (status == OperationStatus.InvalidData)
            {
                return [.. rows, $"error {messages.Error} {messages.ErrorOffset}"];
            }
        }

        if (frames.Error != WebSocketProtocolError.None)
        {
            rows.Add($"error {frames.Error} {frames.ErrorOffset}");
        }
        else if (messages.IsInMessage || frames.Complete() != OperationStatus.Done)
        {
            rows.Add($"error UnexpectedEnd {bytes.Length}");
        }

        return rows;
    }
}
