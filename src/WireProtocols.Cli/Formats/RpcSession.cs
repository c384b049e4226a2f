using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows messages, decompressed where they are compressed, and what the end of a stream says.</summary>
internal sealed class RpcSession(FormatRun run, RpcEnvelopeOptions options) : ElementSession<RpcMessagePart>(run)
{
    private const int HexWidth = 2;

    private readonly RpcEnvelopeDecoder _decoder = new(options);
    private readonly PayloadCollector _payload = run.CreateCollector();
    private readonly ArrayBufferWriter<byte> _whole = new();

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out RpcMessagePart element)
        => _decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput() => _decoder.Complete();

    protected override void Fail() => Fail(_decoder.Error, _decoder.ErrorOffset);

    protected override bool Accept(scoped in RpcMessagePart part)
    {
        if (part.IsFirst)
        {
            _payload.Clear();
            _whole.ResetWrittenCount();
        }

        _payload.Append(part.Payload);
        if (part.IsCompressed || part.IsEnd)
        {
            _whole.Write(part.Payload);
        }

        if (!part.IsLast)
        {
            return true;
        }

        if (!TryDecompress(part, out ReadOnlyMemory<byte> message) || !TryReadEnd(part, message.Span, out RpcEnd? end))
        {
            return false;
        }

        if (Run.Json)
        {
            PrintRow(part, message.Span, end);
        }
        else
        {
            PrintView(part, message.Span, end);
        }

        if (!part.IsEnd)
        {
            Run.Counter?.Invoke();
        }

        return true;
    }

    private bool TryDecompress(scoped in RpcMessagePart part, out ReadOnlyMemory<byte> message)
    {
        message = _whole.WrittenMemory;
        if (!part.IsCompressed || part.Length == 0)
        {
            return true;
        }

        try
        {
            if (options.Encoding!.Decompress(message, options.MaxMessageLength) is { } decompressed)
            {
                message = decompressed;
                return true;
            }

            Fail(RpcProtocolError.MessageTooLarge, part.Offset);
        }
        catch (InvalidDataException)
        {
            Fail(RpcProtocolError.DecompressionFailed, part.Offset);
        }

        return false;
    }

    private bool TryReadEnd(scoped in RpcMessagePart part, ReadOnlySpan<byte> message, out RpcEnd? end)
    {
        end = null;
        if (!part.IsEnd)
        {
            return true;
        }

        RpcProtocolError error;
        int index;
        bool isRight = options.Protocol == RpcProtocol.GrpcWeb
            ? GrpcWebTrailers.TryDecode(message, isLenient: false, out end, out error, out index)
            : ConnectJson.TryReadEnd(message, out end, out error, out index);
        if (!isRight)
        {
            Fail(error, part.Offset + RpcEnvelopeHeader.Size + (part.IsCompressed ? 0 : index));
        }

        return isRight;
    }

    private void PrintRow(scoped in RpcMessagePart part, ReadOnlySpan<byte> message, RpcEnd? end)
    {
        Utf8JsonWriter row = Run.Rows.Begin("envelope"u8);
        Run.Rows.WriteOffset(part.Offset);
        row.WriteNumber("flags"u8, (int)part.Flags);
        row.WriteBoolean("compressed"u8, part.IsCompressed);
        row.WriteBoolean("end"u8, part.IsEnd);
        row.WriteNumber("length"u8, part.Length);
        Run.Rows.WritePayload(_payload.Kept);
        if (part.IsCompressed)
        {
            row.WriteBase64String("message"u8, message);
        }

        if (end is not null)
        {
            row.WriteNumber("status"u8, (int)end.Status.Code);
            row.WriteString("statusName"u8, end.Status.Code.GetConnectName());
            row.WriteString("statusMessage"u8, end.Status.Message);
            row.WriteStartArray("metadata"u8);
            foreach ((string name, string value) in end.Trailers.Entries)
            {
                row.WriteStartArray();
                row.WriteStringValue(name);
                row.WriteStringValue(value);
                row.WriteEndArray();
            }

            row.WriteEndArray();
        }

        Run.Rows.End();
    }

    private void PrintView(scoped in RpcMessagePart part, ReadOnlySpan<byte> message, RpcEnd? end)
    {
        HumanView view = Run.View;
        string what = part.IsEnd ? "end of stream" : "message";
        view.Element(part.Offset, $"{what}{(part.IsCompressed ? ", compressed" : "")}, {HumanView.Count(part.Length)}");
        view.Field("flags", "0x" + ((int)part.Flags).ToString("x" + HexWidth, CultureInfo.InvariantCulture));
        if (end is not null)
        {
            view.Field("status", string.Create(CultureInfo.InvariantCulture, $"{(int)end.Status.Code} ({end.Status.Code.GetConnectName()})"));
            if (end.Status.Message.Length > 0)
            {
                view.Field("message", SafeText.Quote(end.Status.Message));
            }

            foreach ((string name, string value) in end.Trailers.Entries)
            {
                view.Field(name, SafeText.Quote(value));
            }
        }

        view.Payload(_payload.Kept, part.Length);
        if (part.IsCompressed)
        {
            view.Payload(message, message.Length, "decompressed");
        }
    }

    private void Fail(RpcProtocolError error, long offset)
        => Run.Fail(
            error,
            error.GetRule(),
            offset,
            row => row.WriteString("statusName"u8, error.GetStatusCode().GetConnectName()),
            raise: error is RpcProtocolError.MessageTooLarge or RpcProtocolError.EndTooLarge ? "--max-element" : null);
}
