using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>
/// The envelopes of PROTOCOL-HTTP2 §Requests, PROTOCOL-WEB §Protocol differences and connect-protocol §Streaming-Request, transcribed over the
/// whole input at once.
/// </summary>
public static class NaiveRpc
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, RpcEnvelopeOptions options)
    {
        RpcRows rows = new();
        byte end = (byte)(options.Protocol switch { RpcProtocol.Grpc => 0, RpcProtocol.GrpcWeb => 0b1000_0000, _ => 0b0000_0010 });
        bool ended = false;
        int at = 0;
        while (at < input.Length)
        {
            byte flags = input[at];
            RpcProtocolError error
                = ended ? RpcProtocolError.BytesAfterEnd
                : (flags & 0xFE & ~end) != 0 ? RpcProtocolError.ReservedFlags
                : (flags & end) != 0 && !options.IsResponse ? RpcProtocolError.EndInRequest
                : (flags & 1) != 0 && options.Encoding is null ? RpcProtocolError.CompressedWithoutEncoding
                : RpcProtocolError.None;
            if (error != RpcProtocolError.None)
            {
                rows.Error(error, at);
                return rows.Rows;
            }

            if (input.Length - at < 5)
            {
                rows.Error(RpcProtocolError.UnexpectedEnd, input.Length);
                return rows.Rows;
            }

            long length = ((long)input[at + 1] << 24) + (input[at + 2] << 16) + (input[at + 3] << 8) + input[at + 4];
            bool isEnd = (flags & end) != 0;
            if (length > (isEnd ? options.MaxEndLength : options.MaxMessageLength))
            {
                rows.Error(isEnd ? RpcProtocolError.EndTooLarge : RpcProtocolError.MessageTooLarge, at + 1);
                return rows.Rows;
            }

            rows.Row(RpcRows.Head(at, flags, length));
            int there = (int)Math.Min(length, input.Length - at - 5);
            rows.Payload(input.Slice(at + 5, there));
            if (there < length)
            {
                rows.Error(RpcProtocolError.UnexpectedEnd, input.Length);
                return rows.Rows;
            }

            rows.Row("end");
            at += 5 + there;
            ended = isEnd;
        }

        if (!ended && end != 0 && options.IsResponse && options.RequiresEnd)
        {
            rows.Error(RpcProtocolError.MissingEnd, input.Length);
        }

        return rows.Rows;
    }
}
