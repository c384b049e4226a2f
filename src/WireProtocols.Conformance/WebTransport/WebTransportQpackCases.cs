using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;
using static WireProtocols.Conformance.WebTransportPlay;

namespace WireProtocols.Conformance;

/// <summary>QPACK without a dynamic table: field sections and instructions that cannot be.</summary>
internal static class WebTransportQpackCases
{
    private const long Decompression = WebTransportErrorCode.QpackDecompressionFailed;
    private const long EncoderError = WebTransportErrorCode.QpackEncoderStreamError;
    private const long DecoderError = WebTransportErrorCode.QpackDecoderStreamError;

    private static readonly ConformanceRule One = ConformanceRule.Must(
        "RFC 9204 §4.2",
        "Each endpoint MUST initiate, at most, one encoder stream and, at most, one decoder stream. Receipt of a second instance of either stream "
            + "type MUST "
            + "be treated as a connection error of type H3_STREAM_CREATION_ERROR.",
        "Remember that there is one of each.");

    private static readonly ConformanceRule NeverClosed = ConformanceRule.Must(
        "RFC 9204 §4.2",
        "Closure of either unidirectional stream type MUST be treated as a connection error of type H3_CLOSED_CRITICAL_STREAM.",
        "Close the connection where one of them ends.");

    private static readonly ConformanceRule StaticIndex = ConformanceRule.Must(
        "RFC 9204 §3.1",
        "When the decoder encounters an invalid static table index in a field line representation, it MUST treat this as a connection error of type "
            + "QPACK_DECOMPRESSION_FAILED.",
        "The static table ends at 98.");

    private static readonly ConformanceRule Dynamic = ConformanceRule.Must(
        "RFC 9204 §2.2.3",
        "If the decoder encounters a reference in a field line representation to a dynamic table entry that has already been evicted or that has an "
            + "absolute index greater than or equal to the declared Required Insert Count (Section 4.5.1), it MUST treat this as a connection error "
            + "of type "
            + "QPACK_DECOMPRESSION_FAILED.",
        "An empty table has no entry.");

    private static readonly ConformanceRule InsertCount = ConformanceRule.Must(
        "RFC 9204 §4.5.1.1",
        "If the decoder encounters a value of EncodedInsertCount that could not have been produced by a conformant encoder, it MUST treat this as a "
            + "connection error of type QPACK_DECOMPRESSION_FAILED.",
        "Check the insert count where the table has no capacity.");

    private static readonly ConformanceRule Failed = ConformanceRule.Must(
        "RFC 9204 §6, §2.2",
        "QPACK_DECOMPRESSION_FAILED (0x0200): The decoder failed to interpret an encoded field section and is not able to continue decoding that "
            + "field "
            + "section.",
        "Close the connection where a section cannot be decoded.");

    private static readonly ConformanceRule Padding = ConformanceRule.Must(
        "RFC 7541 §5.2",
        "A padding strictly longer than 7 bits MUST be treated as a decoding error. A padding not corresponding to the most significant bits of the "
            + "code for "
            + "the EOS symbol MUST be treated as a decoding error. A Huffman-encoded string literal containing the EOS symbol MUST be treated as a "
            + "decoding "
            + "error.",
        "Check what is behind the last symbol.");

    private static readonly ConformanceRule Capacity = ConformanceRule.Must(
        "RFC 9204 §4.3.1",
        "The decoder MUST treat a new dynamic table capacity value that exceeds this limit as a connection error of type QPACK_ENCODER_STREAM_ERROR.",
        "Hold the capacity against your own setting.");

    private static readonly ConformanceRule TooLarge = ConformanceRule.Must(
        "RFC 9204 §3.2.2",
        "It is an error if the encoder attempts to add an entry that is larger than the dynamic table capacity; the decoder MUST treat this as a "
            + "connection "
            + "error of type QPACK_ENCODER_STREAM_ERROR.",
        "Nothing fits into a table without capacity.");

    private static readonly ConformanceRule TooLargeInteger = ConformanceRule.Must(
        "RFC 9204 §7.4",
        "If an implementation encounters a value larger than it is able to decode, this MUST be treated as a stream error of type "
            + "QPACK_DECOMPRESSION_FAILED if on a request stream or a connection error of the appropriate type if on the encoder or decoder stream.",
        "Bound the integers.");

    private static readonly ConformanceRule Acknowledged = ConformanceRule.Must(
        "RFC 9204 §4.4.1",
        "If an encoder receives a Section Acknowledgment instruction referring to a stream on which every encoded field section with a non-zero "
            + "Required "
            + "Insert Count has already been acknowledged, this MUST be treated as a connection error of type QPACK_DECODER_STREAM_ERROR.",
        "Know which sections wait to be acknowledged.");

    private static readonly ConformanceRule Increment = ConformanceRule.Must(
        "RFC 9204 §4.4.3",
        "An encoder that receives an Increment field equal to zero, or one that increases the Known Received Count beyond what the encoder has sent, "
            + "MUST "
            + "treat this as a connection error of type QPACK_DECODER_STREAM_ERROR.",
        "Count your insertions.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Twice("encoder-twice", EncoderStream), Twice("decoder-twice", DecoderStream),
        Closes("qpack/encoder-closed", NeverClosed, WebTransportErrorCode.ClosedCriticalStream, (talk, _)
            => talk.Peer.SendAsync(talk.Encoder, [], true)),
        Closes("qpack/decoder-closed", NeverClosed, WebTransportErrorCode.ClosedCriticalStream, (talk, _)
            => talk.Peer.SendAsync(talk.Decoder, [], true)),
        Closes("qpack/encoder-reset", NeverClosed, WebTransportErrorCode.ClosedCriticalStream,
            (talk, _) => talk.Peer.ResetAsync(talk.Encoder, WebTransportErrorCode.NoError)),
        Bad("static-index-99", StaticIndex, 0, 0, 0xFF, 99 - 63), Bad("static-name-99", StaticIndex, 0, 0, 0x5F, 99 - 15, 0),
        Bad("dynamic-index", Dynamic, 0, 0, 0x80), Bad("dynamic-name", Dynamic, 0, 0, 0x40, 0),
        Bad("post-base-index", Dynamic, 0, 0, 0x10), Bad("post-base-name", Dynamic, 0, 0, 0x00, 0),
        Bad("cut-off-prefix", Failed, 0), Bad("no-prefix", Failed), Bad("cut-off-name", Failed, [0, 0, 0x25, .. "abc"u8]),
        Bad("cut-off-value", Failed, 0, 0, 0x21, (byte)'a', 5, (byte)'b'), Bad("no-value", Failed, 0, 0, 0x21, (byte)'a'),
        Bad("huffman-padding-of-zeros", Padding, 0, 0, 0x21, (byte)'a', 0x81, 0x18),
        Bad("huffman-padding-too-long", Padding, 0, 0, 0x21, (byte)'a', 0x82, 0x1F, 0xFF),
        Bad("huffman-eos", Padding, 0, 0, 0x21, (byte)'a', 0x84, 0xFF, 0xFF, 0xFF, 0xFF),
        OfSession("qpack/section/insert-count", InsertCount, $"the connection is closed with {QuicPeer.NameOf(Decompression)}",
            async (talk, session) =>
        {
            if (talk.Find(WebTransportSettingId.QpackMaxTableCapacity) > 0)
            {
                return ConformanceFinding.Skip("the subject has a dynamic table");
            }

            await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), Frame(HeadersFrame, 5, 0, 0xD1));
            return await JudgeCloseAsync(talk, session, [Decompression], InsertCount.Level);
        }),
        Of("qpack/section/integer-too-large", TooLargeInteger, $"the request, or the connection, ends with {QuicPeer.NameOf(Decompression)}",
            async talk =>
        {
            long stream = talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(stream, Frame(HeadersFrame, [0, 0, 0xFF, .. Enumerable.Repeat((byte)0xFF, 10), 0x7F]));
            WebTransportAnswer answer = await talk.AnswerAsync(stream);
            return answer.IsAccepted ? ConformanceFinding.Fail($"a session, with {answer}")
                : answer.IsSilent ? ConformanceFinding.Late("neither an answer nor a reset in time")
                : answer.Code == Decompression || answer.Status is not null ? ConformanceFinding.Pass(answer.Text)
                    : ConformanceFinding.Warn(answer.Text);
        }),
        OnEncoder("capacity", Capacity, talk => Prefixed(0x20, 5, talk.Find(WebTransportSettingId.QpackMaxTableCapacity) + 1)),
        OnEncoder("insert", TooLarge, _ => [0x41, (byte)'a', 0x01, (byte)'b']),
        OnEncoder("insert-static-name", TooLarge, _ => [0xC0, 0x01, (byte)'b']),
        OnDecoder("acknowledgment", Acknowledged, 0x80), OnDecoder("increment-of-zero", Increment, 0x00), OnDecoder("increment", Increment, 0x05),
        GoesOn("qpack/cancellation", Failed, (talk, session) => talk.Peer.SendAsync(talk.Decoder, [(byte)(0x40 | (session & 31))])),
        GoesOn("qpack/capacity-of-zero", Capacity, (talk, _) => talk.Peer.SendAsync(talk.Encoder, [0x20])),
        Right("static-table", talk =>
        [
            0, 0, 0xC0 | 15, 0xC0 | 23, 0x50, .. Text(talk.Context.Subject.Authority), 0x51, .. Text(talk.Context.Subject.PathAndQuery),
            .. Section((":protocol", talk.Protocol))[2..],
        ]),
        Right("huffman", talk => [.. Section(talk.Fields()), 0x21, (byte)'x', 0x8C,
            0xF1, 0xE3, 0xC2, 0xE5, 0xF2, 0x3A, 0x6B, 0xA0, 0xAB, 0x90, 0xF4, 0xFF]),
        Right("never-indexed", talk => [.. Section(talk.Fields()), 0x31, (byte)'x', 1, (byte)'y']),
    ];

    private static ConformanceCase Twice(string id, long type)
        => Closes($"qpack/{id}", One, WebTransportErrorCode.StreamCreationError,
            async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), Integer(type)));

    /// <summary>A field section that cannot be decoded.</summary>
    private static ConformanceCase Bad(string id, ConformanceRule rule, params byte[] section)
        => Closes($"qpack/section/{id}", rule, Decompression,
            async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), Frame(HeadersFrame, section)));

    private static ConformanceCase OnEncoder(string id, ConformanceRule rule, Func<WebTransportTalk, byte[]> instruction)
        => Closes($"qpack/encoder/{id}", rule, EncoderError, (talk, _) => talk.Peer.SendAsync(talk.Encoder, instruction(talk)));

    private static ConformanceCase OnDecoder(string id, ConformanceRule rule, byte instruction)
        => Closes($"qpack/decoder/{id}", rule, DecoderError, (talk, _) => talk.Peer.SendAsync(talk.Decoder, [instruction]));

    private static ConformanceCase Right(string id, Func<WebTransportTalk, byte[]> section)
        => Of($"qpack/section/{id}", Failed, "a session", async talk =>
        {
            long session = talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(session, Frame(HeadersFrame, section(talk)), note: "CONNECT");
            WebTransportAnswer answer = await talk.AnswerAsync(session);
            return answer.IsSilent ? ConformanceFinding.Late("no answer in time")
                : !answer.IsAccepted ? ConformanceFinding.Fail($"no session: {answer}")
                : await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("a session");
        });

    private static byte[] Text(string text) => [.. Prefixed(0, 7, text.Length), .. System.Text.Encoding.ASCII.GetBytes(text)];
}
