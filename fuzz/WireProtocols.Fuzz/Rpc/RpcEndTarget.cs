using System.Buffers;
using System.Text;
using System.Text.Json;
using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>
/// What says how a call ended: trailers of gRPC-Web, JSON of Connect. The same bytes go to both. What is read can be written, and reads back to the
/// same; what is refused is refused by a naive reader as well.
/// </summary>
public sealed class RpcEndTarget : FuzzTarget
{
    public override string Name => "rpc-end";

    public override FuzzFormat Format { get; } = new RpcEndFormat();

    public override string CodeNamespace => "WireProtocols.Rpc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        ArrayBufferWriter<byte> written = new();
        if (GrpcWebTrailers.TryDecode(input, false, out RpcEnd? end, out RpcProtocolError error, out int errorIndex))
        {
            GrpcWebTrailers.Write(end, written);
            Require(GrpcWebTrailers.TryDecode(written.WrittenSpan, false, out RpcEnd? again, out _, out _), "trailers read back");
            RequireSame(end, again!);
            Require(GrpcWebTrailers.TryDecode(input, true, out again, out _, out _), "what is right is right for the lenient as well");
            RequireSame(end, again!);
        }
        else
        {
            Require(error != RpcProtocolError.None && errorIndex >= 0 && errorIndex <= input.Length);
        }

        bool isRight = ConnectJson.TryReadEnd(input, out end, out error, out errorIndex);
        Require(isRight == IsEnd(input.ToArray()), $"{error} at {errorIndex}");
        if (isRight)
        {
            written.ResetWrittenCount();
            ConnectJsonWriter.WriteEnd(end!, written);
            Require(ConnectJson.TryReadEnd(written.WrittenSpan, out RpcEnd? again, out _, out _), "JSON reads back");
            RequireSame(end!, again!);
        }

        if (ConnectJson.TryReadError(input, out RpcStatus? status, out _, out _))
        {
            Require(!status.IsOk);
        }
    }

    private static void RequireSame(RpcEnd expected, RpcEnd actual)
    {
        Require(expected.Status.Code == actual.Status.Code && expected.Status.Message == actual.Status.Message, "the status is the same");
        Require(
            expected.Trailers.Entries.OrderBy(e => e.Name, StringComparer.Ordinal)
                .SequenceEqual(actual.Trailers.Entries.OrderBy(e => e.Name, StringComparer.Ordinal)),
            "the metadata are the same");
        Require(expected.Status.Details.Select(Text).SequenceEqual(actual.Status.Details.Select(Text)), "the details are the same");

        static string Text(RpcErrorDetail detail) => $"{detail.Type} {Convert.ToHexString(detail.Value.Span)}";
    }

    /// <summary>connect-protocol §Error and EndStreamResponse, over a document.</summary>
    private static bool IsEnd(byte[] json)
    {
        try
        {
            _ = new UTF8Encoding(false, true).GetString(json);
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Once(root, "error", IsError) && Once(root, "metadata", IsMetadata);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsMetadata(JsonElement metadata)
        => metadata.ValueKind == JsonValueKind.Object
            && metadata.EnumerateObject()
                .All(p => p.Name is not null && p.Value.ValueKind == JsonValueKind.Array && p.Value.EnumerateArray().All(IsText));

    private static bool IsError(JsonElement error)
        => error.ValueKind == JsonValueKind.Object && error.EnumerateObject().Any(p => p.NameEquals("code"))
            && Once(error, "code", c => IsText(c) && RpcStatusCodes.TryParseConnectName(c.GetString(), out _))
            && Once(error, "message", IsText)
            && Once(error, "details", d => d.ValueKind == JsonValueKind.Array && d.EnumerateArray().All(IsDetail));

    private static bool IsDetail(JsonElement detail)
        => detail.ValueKind == JsonValueKind.Object && detail.EnumerateObject().Count(p => p.NameEquals("type") || p.NameEquals("value")) == 2
            && Once(detail, "type", IsText) && Once(detail, "value", v => IsText(v) && RpcBinaryValue.TryDecode(v.GetString(), out _));

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is not null;

    private static bool Once(JsonElement owner, string name, Func<JsonElement, bool> isRight)
    {
        JsonElement[] values = [.. owner.EnumerateObject().Where(p => p.NameEquals(name)).Select(p => p.Value)];
        return values.Length == 0 || (values.Length == 1 && isRight(values[0]));
    }
}
