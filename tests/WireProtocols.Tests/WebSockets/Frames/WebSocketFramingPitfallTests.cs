using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>
/// Where widely used stacks are lax, late or wrong about frames, and what is right. A row is what the peer sends, when it is refused, and the
/// code of the Close that an endpoint sends for it. Rows about the handshake, about text and about DEFLATE are with those.
/// </summary>
public class WebSocketFramingPitfallTests
{
    /// <summary>What; who sends; negotiated bits; bytes; the rule; its byte; how many bytes it takes to know; the close code.</summary>
    public static TheoryData<string, WebSocketRole, WebSocketReservedBits, string, WebSocketProtocolError, long, int, WebSocketCloseCode> Rows
        => new()
    {
        {
            "unmasked client frame",
            WebSocketRole.Client, 0, "810548656c6c6f", WebSocketProtocolError.MaskMissing, 1, 2, WebSocketCloseCode.ProtocolError
        },
        {
            "unmasked client frame shorter than a key",
            WebSocketRole.Client, 0, "810161", WebSocketProtocolError.MaskMissing, 1, 2, WebSocketCloseCode.ProtocolError
        },
        {
            "unmasked empty client frame",
            WebSocketRole.Client, 0, "8100", WebSocketProtocolError.MaskMissing, 1, 2, WebSocketCloseCode.ProtocolError
        },
        {
            "masked server frame",
            WebSocketRole.Server, 0, "818537fa213d7f9f4d5158", WebSocketProtocolError.MaskForbidden, 1, 2, WebSocketCloseCode.ProtocolError
        },
        {
            "non-minimal length, 16-bit",
            WebSocketRole.Client, 0, "81fe000500000000"
                + "48656c6c6f", WebSocketProtocolError.NonMinimalLength, 3, 4, WebSocketCloseCode.ProtocolError
        },
        {
            "non-minimal length, 16-bit, largest",
            WebSocketRole.Client, 0, "81fe007d00000000", WebSocketProtocolError.NonMinimalLength, 3, 4, WebSocketCloseCode.ProtocolError
        },
        {
            "non-minimal length, 64-bit",
            WebSocketRole.Client, 0, "81ff000000000000000500000000"
                + "48656c6c6f", WebSocketProtocolError.NonMinimalLength, 7, 8, WebSocketCloseCode.ProtocolError
        },
        {
            "non-minimal length, 64-bit, largest",
            WebSocketRole.Client, 0, "81ff000000000000ffff", WebSocketProtocolError.NonMinimalLength, 7, 8, WebSocketCloseCode.ProtocolError
        },
        {
            "length with its top bit set",
            WebSocketRole.Client, 0, "82ff8000000000000000", WebSocketProtocolError.LengthTopBitSet, 2, 3, WebSocketCloseCode.ProtocolError
        },
        {
            "RSV1 on Ping with deflate on",
            WebSocketRole.Client, WebSocketReservedBits.Rsv1, "c98000000000", WebSocketProtocolError.ReservedBitSet, 0, 1,
            WebSocketCloseCode.ProtocolError
        },
        {
            "RSV1 on Pong with deflate on",
            WebSocketRole.Server, WebSocketReservedBits.Rsv1, "ca00", WebSocketProtocolError.ReservedBitSet, 0, 1, WebSocketCloseCode.ProtocolError
        },
        {
            "RSV1 on Close with deflate on",
            WebSocketRole.Client, WebSocketReservedBits.Rsv1, "c88000000000", WebSocketProtocolError.ReservedBitSet, 0, 1,
            WebSocketCloseCode.ProtocolError
        },
        {
            "RSV1 on a later fragment with deflate on",
            WebSocketRole.Server, WebSocketReservedBits.Rsv1, "4100c000", WebSocketProtocolError.ReservedBitSet, 2, 3,
            WebSocketCloseCode.ProtocolError
        },
        {
            "invalid UTF-8 in a close reason",
            WebSocketRole.Server, 0, "880403e8ff61", WebSocketProtocolError.InvalidCloseReason, 4, 5, WebSocketCloseCode.InvalidPayloadData
        },
        {
            "a close reason cut inside a character",
            WebSocketRole.Server, 0, "880403e8e282", WebSocketProtocolError.InvalidCloseReason, 6, 6, WebSocketCloseCode.InvalidPayloadData
        },
        {
            "a close payload of one byte",
            WebSocketRole.Server, 0, "880103", WebSocketProtocolError.CloseCodeTruncated, 2, 3, WebSocketCloseCode.ProtocolError
        },
        { "close code 1004", WebSocketRole.Server, 0, "880203ec", WebSocketProtocolError.InvalidCloseCode, 2, 4, WebSocketCloseCode.ProtocolError },
        { "close code 1005", WebSocketRole.Server, 0, "880203ed", WebSocketProtocolError.InvalidCloseCode, 2, 4, WebSocketCloseCode.ProtocolError },
        { "close code 1006", WebSocketRole.Server, 0, "880203ee", WebSocketProtocolError.InvalidCloseCode, 2, 4, WebSocketCloseCode.ProtocolError },
        { "close code 1015", WebSocketRole.Server, 0, "880203f7", WebSocketProtocolError.InvalidCloseCode, 2, 4, WebSocketCloseCode.ProtocolError },
        {
            "close code 2999, its reason still to come",
            WebSocketRole.Server, 0, "880a0bb7", WebSocketProtocolError.InvalidCloseCode, 2, 4, WebSocketCloseCode.ProtocolError
        },
        {
            "a frame of exabytes",
            WebSocketRole.Client, 0, "82ff4000000000000000", WebSocketProtocolError.FrameTooLarge, 9, 10, WebSocketCloseCode.MessageTooBig
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task It_is_refused_with_the_byte_that_makes_it_and_the_right_code(
        string what, WebSocketRole sender, WebSocketReservedBits reservedBits, string hex, WebSocketProtocolError error, long offset, int decidedAt,
        WebSocketCloseCode code)
    {
        byte[] input = Convert.FromHexString(hex);
        WebSocketFrameOptions options = new() { ReservedBits = reservedBits };
        Pipe pipe = new();
        using WebSocketFrameReader reader = new(pipe.Reader, sender, options);
        if (decidedAt > 1)
        {
            await pipe.Writer.WriteAsync(input.AsMemory(0, decidedAt - 1));
            Assert.True(await reader.WaitToReadAsync());
            while (reader.TryRead(out WebSocketFramePart part))
            {
                Assert.True(part.Offset + part.Header.HeaderLength <= offset, what);
            }
        }

        // The peer sends no more than this byte and waits: nothing hangs, the error is there.
        await pipe.Writer.WriteAsync(input.AsMemory(decidedAt - 1, 1));
        Assert.True(await reader.WaitToReadAsync());
        WebSocketProtocolException exception = Assert.Throws<WebSocketProtocolException>(() => reader.TryRead(out _));
        Assert.Equal((error, offset, code), (exception.Error, exception.Offset, exception.CloseCode));
    }

    [Fact]
    public void Every_code_that_is_valid_on_the_wire_is_taken()
    {
        foreach (int code in Enumerable.Range(1000, 4).Concat(Enumerable.Range(1007, 8)).Concat([3000, 3999, 4000, 4999]))
        {
            using WebSocketFrameDecoder decoder = new(WebSocketRole.Server);
            Assert.Equal(OperationStatus.Done, decoder.Decode([0x88, 0x02, (byte)(code >> 8), (byte)code], out _, out WebSocketFramePart part));
            Assert.Equal(2, part.Payload.Length);
        }
    }

    [Fact]
    public void The_phase_of_the_mask_survives_segments_and_begins_anew_with_each_frame()
    {
        byte[] payload = FrameBytes.Payload(5001);
        byte[] input =
        [
            .. FrameBytes.Masked(WebSocketOpcode.Binary, payload, fin: false, key: 0x01020304),
            .. FrameBytes.Masked(WebSocketOpcode.Ping, [9, 9, 9], key: 0xFFEEDDCC),
            .. FrameBytes.Masked(WebSocketOpcode.Continuation, payload, key: 0xA0B0C0D0),
        ];
        foreach (int size in (int[])[1, 2, 3, 5, 7, 64, 999, 4096, input.Length])
        {
            using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
            List<byte> data = [];
            foreach (byte[] piece in input.Chunk(size))
            {
                ReadOnlySpan<byte> rest = piece;
                while (decoder.Decode(rest, out int consumed, out WebSocketFramePart part) == OperationStatus.Done)
                {
                    rest = rest[consumed..];
                    if (!part.Header.Opcode.IsControl())
                    {
                        data.AddRange(part.Payload);
                    }
                }
            }

            Assert.Equal([.. payload, .. payload], data);
        }
    }
}
