using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// One head, as a request and as a response: in the pieces that the input asks for, whole, and by the oracle. What was decoded is written again
/// and has to come back the same.
/// </summary>
public sealed class Http1HeadTarget : FuzzTarget
{
    public override string Name => "http1-head";

    public override FuzzFormat Format { get; } = new HeadFormat(1);

    public override string CodeNamespace => "WireProtocols.Http1";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        string text = Encoding.Latin1.GetString(pieces.Rest);
        CheckRequest(input, NaiveHttp1.Parse(text, isRequest: true));
        CheckResponse(input, NaiveHttp1.Parse(text, isRequest: false));
    }

    private static void CheckRequest(ReadOnlySpan<byte> input, NaiveHttp1.Outcome expected)
    {
        using Http1RequestDecoder decoder = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        InputPieces pieces = new(input);
        ReadOnlySpan<byte> all = pieces.Rest;
        while (status == OperationStatus.NeedMoreData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            status = decoder.Decode(piece, out int consumed, out Http1RequestHead head);
            Require(status != OperationStatus.NeedMoreData || consumed == piece.Length);
            if (status == OperationStatus.Done)
            {
                CheckFields(head.Fields, expected);
                Require(
                    head.Bytes.SequenceEqual(all[(int)(decoder.Position - head.Bytes.Length)..(int)decoder.Position]),
                    "the head's bytes are those of the input");
                Rewrite(head);
            }
        }

        CheckEnd(status, decoder.Complete(), decoder.Error, decoder.ErrorOffset, decoder.Position, expected);
    }

    private static void CheckResponse(ReadOnlySpan<byte> input, NaiveHttp1.Outcome expected)
    {
        using Http1ResponseDecoder decoder = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        InputPieces pieces = new(input);
        while (status == OperationStatus.NeedMoreData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            status = decoder.Decode(piece, out int consumed, out Http1ResponseHead head);
            Require(status != OperationStatus.NeedMoreData || consumed == piece.Length);
            if (status == OperationStatus.Done)
            {
                CheckFields(head.Fields, expected);
            }
        }

        CheckEnd(status, decoder.Complete(), decoder.Error, decoder.ErrorOffset, decoder.Position, expected);
    }

    private static void CheckEnd(
        OperationStatus status, OperationStatus complete, Http1ProtocolError error, long offset, long position, NaiveHttp1.Outcome expected)
    {
        Require(error == expected.Error, $"the error is {expected.Error} at {expected.Offset}, not {error} at {offset}");
        Require((error != Http1ProtocolError.None) == (complete == OperationStatus.InvalidData));
        if (error != Http1ProtocolError.None)
        {
            Require(expected.Offset < 0 || offset == expected.Offset, $"the offset of {error} is {expected.Offset}, not {offset}");
        }
        else if (status == OperationStatus.Done)
        {
            Require(position == expected.Offset, $"the head ends at {expected.Offset}, not {position}");
        }
    }

    private static void CheckFields(Http1Fields fields, NaiveHttp1.Outcome expected)
    {
        Require(fields.Count == expected.Fields.Count, $"there are {expected.Fields.Count} fields, not {fields.Count}");
        for (int index = 0; index < fields.Count; index++)
        {
            (string name, string value) = expected.Fields[index];
            Require(
                Encoding.Latin1.GetString(fields[index].Name) == name && Encoding.Latin1.GetString(fields[index].Value) == value, $"field {index}");
        }
    }

    /// <summary>The writer takes whatever a decoder handed out, and the decoder what it wrote.</summary>
    private static void Rewrite(Http1RequestHead head)
    {
        if (head.MinorVersion == 0)
        {
            return;
        }

        ArrayBufferWriter<byte> output = new();
        Http1HeadWriter writer = Http1HeadWriter.StartRequest(output, head.Method, head.Target);
        foreach (Http1Field field in head.Fields)
        {
            writer.WriteField(field.Name, field.Value);
        }

        writer.Complete();
        using Http1RequestDecoder decoder = new(new Http1Options { MaxHeadLength = int.MaxValue / 2, MaxFieldLineLength = int.MaxValue / 2 });
        Require(decoder.Decode(output.WrittenSpan, out _, out Http1RequestHead again) == OperationStatus.Done);
        Require(again.Target.SequenceEqual(head.Target) && again.ContentLength == head.ContentLength && again.IsChunked == head.IsChunked);
    }
}
