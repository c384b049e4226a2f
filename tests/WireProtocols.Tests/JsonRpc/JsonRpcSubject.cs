using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using WireProtocols.Fuzz.JsonRpc;
using WireProtocols.JsonRpc;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.JsonRpc;

/// <summary>Decoder and reader of messages under the segmentation harness.</summary>
public sealed class JsonRpcSubject(JsonRpcOptions options) : IDecoderSubject
{
    /// <summary>Understands a limit or a leniency by each of its names.</summary>
    public static JsonRpcOptions OptionsOf(Vector vector)
    {
        bool Has(string name) => vector.Options.ContainsKey(name);
        int Limit(string name, int standard) => Has(name) ? int.Parse(vector.Options[name], CultureInfo.InvariantCulture) : standard;
        return new JsonRpcOptions
        {
            Framing = Has("lines") ? JsonRpcFraming.Lines : JsonRpcFraming.HeaderFields,
            MaxHeaderLength = Limit("header", JsonRpcOptions.Default.MaxHeaderLength),
            MaxContentLength = Limit("max", JsonRpcOptions.Default.MaxContentLength),
            MaxDepth = Limit("depth", JsonRpcOptions.Default.MaxDepth),
            Validate = !Has("validate"),
            AllowBatch = !Has("single"),
            ContinueOnError = Has("continue"),
            AllowBareLineFeed = Has("lf"),
            IgnoreEmptyLines = Has("empty"),
        };
    }

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using JsonRpcDecoder decoder = new(options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        JsonRpcRows rows = new();
        using JsonRpcReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out JsonRpcMessage message))
                {
                    rows.Add(message);
                }
            }
        }
        catch (JsonRpcProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static IReadOnlyList<string> Decode(JsonRpcDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        JsonRpcRows rows = new();
        OperationStatus status = Feed.All<JsonRpcMessage>(pieces, decoder.Decode, message => rows.Add(message));
        if (status == OperationStatus.NeedMoreData && decoder.TryDecodeLast(out JsonRpcMessage last))
        {
            rows.Add(last);
        }

        Assert.False(decoder.TryDecodeLast(out _));
        if (decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        return rows.Rows;
    }

    private static void AssertSticky(JsonRpcDecoder decoder)
    {
        (JsonRpcProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.NotEqual("", error.GetRule().Section);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("Content-Length: 2\r\n\r\n{}"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.False(decoder.TryDecodeLast(out _));
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
