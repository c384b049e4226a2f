using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.ServerSentEvents;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamPropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(400);

    /// <summary>Pieces of which a stream is made, those that have a meaning more often than others.</summary>
    private static readonly Gen<byte[]> Pieces = Gen.Elements(
        "data: "u8.ToArray(), "data:"u8.ToArray(), "data"u8.ToArray(), "event: "u8.ToArray(), "event"u8.ToArray(), "id: "u8.ToArray(),
        "id"u8.ToArray(),
        "retry: "u8.ToArray(), "12"u8.ToArray(), ":"u8.ToArray(), " "u8.ToArray(), "\n"u8.ToArray(), "\n"u8.ToArray(), "\n\n"u8.ToArray(),
        "\r"u8.ToArray(),
        "\r\n"u8.ToArray(), "\r\n\r\n"u8.ToArray(), [0], [0xEF, 0xBB, 0xBF], [0xEF], [0xBB], [0xFF], [0xE2, 0x82], "é"u8.ToArray(), "日本"u8.ToArray(),
        "x"u8.ToArray(),
        Encoding.ASCII.GetBytes(new string('y', 70)));

    private static readonly Arbitrary<byte[]> Streams = Arb.From(Gen.ListOf(Pieces).Select(p => p.SelectMany(b => b).ToArray()));

    private static readonly Gen<string> HostileText = Gen.ListOf(Gen.Elements(
        "a", " ", "  ", ":", "\n", "\r", "\r\n", "\n\n", "\0", "data: x", "event: y", "id: 1", "retry: 5", "\uFEFF", "\u2028", "\u0085", "日", "😀",
        "\\n")).Select(string.Concat);

    private static readonly Gen<string> OneLine = HostileText.Select(t => t.Replace('\n', '-').Replace('\r', '-').Replace('\0', '-'));

    private static readonly Gen<(string Data, string Type, string Id)> Fields =
        from data in HostileText
        from type in OneLine
        from id in OneLine
        select (data, type, id);

    [Fact]
    public void The_decoder_agrees_with_the_standard_however_the_stream_is_split()
        => Prop.ForAll(Streams, ArbMap.Default.ArbFor<int>(), (stream, seed) =>
        {
            IReadOnlyList<ReadOnlyMemory<byte>> pieces = Segmentation.RandomPieces(stream, new Random(seed));
            EventStreamSubject subject = new(withOffsets: false);
            Assert.Equal(NaiveEventStream.Decode(stream), subject.Decode(pieces));
            Assert.Equal(NaiveEventStream.Decode(stream), subject.Decode([stream]));
        }).Check(Config);

    [Fact]
    public void Any_bytes_at_all_decode()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), stream =>
            Assert.Equal(NaiveEventStream.Decode(stream), new EventStreamSubject(withOffsets: false).Decode([stream]))).Check(Config);

    [Fact]
    public void What_the_encoder_writes_parses_back_to_the_same_events()
        => Prop.ForAll(Arb.From(Gen.ListOf(Fields)), events =>
        {
            ArrayBufferWriter<byte> output = new();
            List<string> expected = [];
            string lastEventId = "";
            foreach ((string data, string type, string id) in events)
            {
                EventStreamEncoder.WriteEvent(output, data, type, id);
                lastEventId = id;
                string lines = data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
                expected.Add($"event {(type.Length == 0 ? "message" : type)} {EventStreamRows.Quote(lines)} {EventStreamRows.Quote(id)}");
            }

            expected.Add($"end {EventStreamRows.Quote(lastEventId)}");
            Assert.Equal(expected, NaiveEventStream.Decode(output.WrittenSpan));
            Assert.Equal(expected, new EventStreamSubject(withOffsets: false).Decode([output.WrittenMemory]));
        }).Check(Config);

    [Fact]
    public void Text_and_bytes_are_written_alike()
        => Prop.ForAll(Arb.From(Fields), e =>
        {
            ArrayBufferWriter<byte> text = new();
            ArrayBufferWriter<byte> bytes = new();
            EventStreamEncoder.WriteEvent(text, e.Data, e.Type, e.Id.Length == 0 ? null : e.Id);
            EventStreamEncoder.WriteEvent(bytes, Encoding.UTF8.GetBytes(e.Data), Encoding.UTF8.GetBytes(e.Type), Encoding.UTF8.GetBytes(e.Id));
            Assert.Equal(text.WrittenSpan, bytes.WrittenSpan);
        }).Check(Config);

    [Fact]
    public void Canonical_bytes_are_written_as_they_were_read()
        => Prop.ForAll(Arb.From(Gen.ListOf(Fields.Select(f => (f.Data, f.Type)))), events =>
        {
            ArrayBufferWriter<byte> first = new();
            foreach ((string data, string type) in events)
            {
                EventStreamEncoder.WriteEvent(first, data, type == "message" ? "" : type);
                EventStreamEncoder.WriteComment(first, type);
            }

            ArrayBufferWriter<byte> second = new();
            EventStreamDecoder decoder = new();
            Feed.All<EventStreamElement>([first.WrittenMemory], decoder.Decode, element =>
            {
                if (element.Kind == EventStreamElementKind.Event)
                {
                    EventStreamEncoder.WriteEvent(second, element.Data, element.Type.SequenceEqual("message"u8) ? default : element.Type);
                }
                else
                {
                    EventStreamEncoder.WriteComment(second, element.Data);
                }
            });
            Assert.Equal(first.WrittenSpan, second.WrittenSpan);
        }).Check(Config);
}
