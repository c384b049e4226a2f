using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Buffers;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class Http3FrameTests
{
    private const string Folder = "webtransport/frames";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, new Subject(vector));
        Assert.Equal(vector.Rows, rows);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        if (!vector.Options.ContainsKey("tunnel"))
        {
            Assert.Equal(vector.Rows, NaiveFrames.Decode(vector.Bytes, KindOf(vector), MaxOf(vector)));
        }
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte[], int>((noise, seed) =>
        {
            Random random = new(seed);
            byte[] starts = [0x00, 0x01, 0x04, 0x07, 0x21];
            byte[] input
                = [.. noise.SelectMany(b => random.Next(2) == 0 ? (byte[])[starts[random.Next(starts.Length)], (byte)random.Next(4), b] : [b])];
            Http3StreamKind kind = (Http3StreamKind)(seed & 1);
            using Http3FrameDecoder decoder = new(kind, 16);
            return FrameRows.Decode(decoder, Segmentation.RandomPieces(input, random)).SequenceEqual(NaiveFrames.Decode(input, kind, 16));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Reset_begins_a_new_stream()
    {
        using Http3FrameDecoder decoder = new(Http3StreamKind.Control);
        Assert.Equal(["error MissingSettings 0"], FrameRows.Decode(decoder, [new byte[] { 0x00 }]));
        decoder.Reset();
        Assert.Equal(["frame 0 SETTINGS 0", "end"], FrameRows.Decode(decoder, [new byte[] { 0x04, 0x00 }]));
    }

    private static Http3StreamKind KindOf(Vector vector)
        => vector.Options.GetValueOrDefault("kind") == "control" ? Http3StreamKind.Control : Http3StreamKind.Request;

    private static int MaxOf(Vector vector) => int.Parse(vector.Options.GetValueOrDefault("max") ?? "65536", null);

    private sealed class Subject(Vector vector) : IDecoderSubject
    {
        public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
        {
            using Http3FrameDecoder decoder = Create();
            return FrameRows.Decode(decoder, pieces);
        }

        /// <summary>There is no reader of frames; a session feeds its decoder. Here the pipe does.</summary>
        public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
        {
            List<ReadOnlyMemory<byte>> pieces = [];
            PipeInput input = new(pipe);
            while (await input.ReadAsync(default))
            {
                do
                {
                    pieces.Add(input.Unread.ToArray());
                    input.Advance(input.Unread.Length);
                }
                while (input.TryMoveToNextSegment());
            }

            return Decode(pieces);
        }

        private Http3FrameDecoder Create()
        {
            Http3FrameDecoder decoder = new(KindOf(vector), MaxOf(vector));
            if (vector.Options.ContainsKey("tunnel"))
            {
                decoder.EnterTunnel();
            }

            return decoder;
        }
    }
}
