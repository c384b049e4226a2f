using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

/// <summary>The chunked decoder and reader under the segmentation harness.</summary>
public sealed class ChunkedSubject(ChunkedOptions? options = null) : IDecoderSubject
{
    /// <summary>Understands a limit or a leniency by each of its names.</summary>
    public static ChunkedSubject For(Vector vector)
    {
        int Limit(string name, int standard)
            => vector.Options.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : standard;
        bool Has(string name) => vector.Options.ContainsKey(name);
        ChunkedOptions standard = ChunkedOptions.Default;
        return new ChunkedSubject(new ChunkedOptions
        {
            MaxLineLength = Limit("line", standard.MaxLineLength),
            MaxExtensionBytes = Limit("extensions", standard.MaxExtensionBytes),
            MaxTrailers = Limit("trailers", standard.MaxTrailers),
            MaxTrailerBytes = Limit("trailer-bytes", standard.MaxTrailerBytes),
            MaxBodyLength = Has("body") ? Limit("body", 0) : standard.MaxBodyLength,
            RejectForbiddenTrailers = Has("reject-forbidden"),
            AllowBareLineFeed = Has("bare-lf"),
            AllowWhitespaceAfterSize = Has("whitespace"),
        });
    }

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using ChunkedDecoder decoder = new(options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        using ChunkedReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out ChunkedElement element))
                {
                    Add(transcript, element);
                }
            }

            transcript.Row($"end {reader.Position} body {reader.BodyLength}");
        }
        catch (ChunkedProtocolException exception)
        {
            transcript.Error(exception.Error, exception.Offset);
        }

        return transcript.Rows;
    }

    private static IReadOnlyList<string> Decode(ChunkedDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Transcript transcript = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            status = DecodePiece(decoder, piece.Span, transcript);
            if (decoder.IsCompleted || status == OperationStatus.InvalidData)
            {
                break;
            }
        }

        if (decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            transcript.Error(decoder.Error, decoder.ErrorOffset);
        }
        else
        {
            Assert.Equal(OperationStatus.Done, decoder.Decode("5\r\nhello"u8, out int consumed, out ChunkedElement end));
            Assert.Equal((0, ChunkedElementKind.End), (consumed, end.Kind));
            transcript.Row($"end {end.Offset} body {end.Size}");
        }

        return transcript.Rows;
    }

    private static OperationStatus DecodePiece(ChunkedDecoder decoder, ReadOnlySpan<byte> piece, Transcript transcript)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(piece, out int consumed, out ChunkedElement element);
            piece = piece[consumed..];
            if (status == OperationStatus.Done && element.Kind != ChunkedElementKind.End)
            {
                Add(transcript, element);
                continue;
            }

            Assert.True(status != OperationStatus.NeedMoreData || piece.IsEmpty, "NeedMoreData has to take in the whole source.");
            return status;
        }
    }

    private static void Add(Transcript transcript, ChunkedElement element)
    {
        if (element.Kind == ChunkedElementKind.Trailer)
        {
            string value = Encoding.Latin1.GetString(element.Value);
            transcript.Row($"trailer {element.Offset} {Encoding.Latin1.GetString(element.Name)}: {value}{(element.IsForbidden ? " forbidden" : "")}");
            return;
        }

        if (element.Kind == ChunkedElementKind.Chunk)
        {
            transcript.Row($"chunk {element.Offset} size {element.Size}{(element.Extensions.IsEmpty ? "" : " ext ")}{element.Extensions.ToString()}");
            foreach (ChunkExtension extension in element.Extensions)
            {
                Assert.True(element.Extensions.TryGet(extension.Name, out _));
                transcript.Row($"ext {Encoding.Latin1.GetString(extension.Name)}{(extension.HasValue ? $" = {extension.GetValue()}" : "")}");
            }
        }

        transcript.Payload(element.Data);
    }

    private static void AssertSticky(ChunkedDecoder decoder)
    {
        (ChunkedProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.NotEqual("", error.GetRule().Section);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("0\r\n\r\n"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
