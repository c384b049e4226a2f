using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.Http1;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class ChunkedPropertyTests
{
    private static readonly Gen<string> Token
        = Gen.Elements("abcXYZ019!#$%&'*+-.^_`|~".ToCharArray()).NonEmptyListOf().Select(c => new string([.. c]));

    private static readonly Gen<string> Text
        = Gen.Choose(0x20, 0xFF).Where(c => c != 0x7F).Select(c => (char)c).ListOf().Select(c => new string([.. c]));

    private static readonly Gen<ChunkSpec> Chunk =
        from data in ArbMap.Default.GeneratorFor<NonEmptyArray<byte>>()
        from extensions in Extension.ListOf()
        from flush in ArbMap.Default.GeneratorFor<bool>()
        select new ChunkSpec(data.Get, [.. extensions], flush);

    private static Gen<(string Name, string? Value)> Extension =>
        from name in Token
        from value in Gen.OneOf(Gen.Constant<string?>(null), Text.Select(t => (string?)t))
        select (name, value);

    private static Gen<(string Name, string Value)> Trailer =>
        from name in Token
        from value in Text
        select ("T-" + name, value.Trim(' '));

    public sealed record ChunkSpec(byte[] Data, (string Name, string? Value)[] Extensions, bool Flush);

    [Fact]
    public void What_is_written_is_read()
        => Prop.ForAll(Chunk.ListOf().ToArbitrary(), Trailer.ListOf().ToArbitrary(), (chunks, trailers) =>
        {
            byte[] body = Write(chunks, trailers);
            StringBuilder expected = new();
            foreach (ChunkSpec chunk in chunks)
            {
                expected.Append(Encoding.Latin1.GetString(chunk.Data));
            }

            List<(string, string?)> extensions = [];
            string payload = Read(body, extensions, out List<(string, string)> readTrailers);
            return payload == expected.ToString()
                && extensions.SequenceEqual(chunks.SelectMany(c => c.Extensions))
                && readTrailers.SequenceEqual(trailers);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void What_is_written_is_read_the_same_by_the_oracle()
        => Prop.ForAll(Chunk.ListOf().ToArbitrary(), Trailer.ListOf().ToArbitrary(), (chunks, trailers) =>
        {
            byte[] body = Write(chunks, trailers);
            NaiveChunked naive = NaiveChunked.Read(body);
            return naive.Verdict == NaiveVerdict.Complete && naive.Consumed == body.Length
                && naive.Body == string.Concat(chunks.Select(c => Encoding.Latin1.GetString(c.Data)))
                && naive.Trailers.SequenceEqual(trailers);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Canonical_bodies_are_written_as_they_were_read()
        => Prop.ForAll(Chunk.ListOf().ToArbitrary(), Trailer.ListOf().ToArbitrary(), (chunks, trailers) =>
        {
            byte[] body = Write(chunks, trailers);
            return Rewrite(body).SequenceEqual(body);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void However_the_pipe_is_filled_the_payload_is_the_same()
        => Prop.ForAll(Chunk.ListOf().ToArbitrary(), ArbMap.Default.ArbFor<int>(), (chunks, seed) =>
        {
            byte[] body = Write(chunks, []);
            ReadOnlySequence<byte> pieces = Segments.Create(Segmentation.RandomPieces(body, new Random(seed)));
            using ChunkedPipeReader reader = new(PipeReader.Create(pieces));
            return ReadInBites(reader, new Random(seed)) == string.Concat(chunks.Select(c => Encoding.Latin1.GetString(c.Data)));
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Any_bytes_are_a_body_or_fail_with_an_error_of_the_protocol_inside_of_them()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            using ChunkedDecoder decoder = new();
            ReadOnlySpan<byte> source = bytes;
            while (!decoder.IsCompleted && decoder.Decode(source, out int consumed, out _) == OperationStatus.Done)
            {
                source = source[consumed..];
            }

            return decoder.Complete() == OperationStatus.Done
                || (decoder.Error != ChunkedProtocolError.None && decoder.ErrorOffset >= 0 && decoder.ErrorOffset <= bytes.Length);
        }).Check(Config.QuickThrowOnFailure);

    private static byte[] Write(IEnumerable<ChunkSpec> chunks, IEnumerable<(string Name, string Value)> trailers)
    {
        ArrayBufferWriter<byte> output = new();
        ChunkedWriter writer = new(output);
        foreach (ChunkSpec chunk in chunks)
        {
            foreach ((string name, string? value) in chunk.Extensions)
            {
                writer.AddExtension(name, value);
            }

            writer.Write(chunk.Data);
            if (chunk.Flush)
            {
                Assert.True(writer.FlushAsync().AsTask().IsCompletedSuccessfully);
            }
        }

        foreach ((string name, string value) in trailers)
        {
            writer.AddTrailer(name, value);
        }

        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    private static string Read(byte[] body, List<(string, string?)> extensions, out List<(string, string)> trailers)
    {
        trailers = [];
        StringBuilder payload = new();
        using ChunkedDecoder decoder
            = new(new ChunkedOptions { MaxLineLength = 1 << 20, MaxExtensionBytes = 1 << 24, MaxTrailers = 1 << 20, MaxTrailerBytes = 1 << 24 });
        ReadOnlySpan<byte> source = body;
        while (!decoder.IsCompleted)
        {
            Assert.Equal(OperationStatus.Done, decoder.Decode(source, out int consumed, out ChunkedElement element));
            source = source[consumed..];
            payload.Append(Encoding.Latin1.GetString(element.Data));
            foreach (ChunkExtension extension in element.Extensions)
            {
                extensions.Add((Encoding.Latin1.GetString(extension.Name), extension.GetValue()));
            }

            if (element.Kind == ChunkedElementKind.Trailer)
            {
                trailers.Add((Encoding.Latin1.GetString(element.Name), Encoding.Latin1.GetString(element.Value)));
            }
        }

        Assert.Equal(0, source.Length);
        return payload.ToString();
    }

    private static byte[] Rewrite(byte[] body)
    {
        ArrayBufferWriter<byte> output = new();
        ChunkedWriter writer = new(output);
        using ChunkedDecoder decoder
            = new(new ChunkedOptions { MaxLineLength = 1 << 20, MaxExtensionBytes = 1 << 24, MaxTrailers = 1 << 20, MaxTrailerBytes = 1 << 24 });
        ReadOnlySpan<byte> source = body;
        while (!decoder.IsCompleted)
        {
            decoder.Decode(source, out int consumed, out ChunkedElement element);
            source = source[consumed..];
            foreach (ChunkExtension extension in element.Extensions)
            {
                writer.AddExtension(Encoding.Latin1.GetString(extension.Name), extension.GetValue());
            }

            if (!element.Data.IsEmpty)
            {
                writer.WriteChunk(element.Data);
            }

            if (element.Kind == ChunkedElementKind.Trailer)
            {
                writer.AddTrailer(element.Name, element.Value);
            }
        }

        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Consumes and examines at random, so that payload is carried over from read to read.</summary>
    private static string ReadInBites(PipeReader reader, Random random)
    {
        StringBuilder text = new();
        while (true)
        {
            Assert.True(reader.TryRead(out ReadResult result));
            long bite = result.IsCompleted ? result.Buffer.Length : random.NextInt64(result.Buffer.Length + 1);
            text.Append(Encoding.Latin1.GetString(result.Buffer.Slice(0, bite)));
            reader.AdvanceTo(result.Buffer.GetPosition(bite), random.Next(2) == 0 ? result.Buffer.GetPosition(bite) : result.Buffer.End);
            if (result.IsCompleted)
            {
                return text.ToString();
            }
        }
    }
}
