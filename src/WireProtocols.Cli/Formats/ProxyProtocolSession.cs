using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using WireProtocols.Cli.View;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows one header. What follows it belongs to another protocol, and is left alone.</summary>
internal sealed class ProxyProtocolSession(FormatRun run) : FormatSession(run)
{
    private readonly ProxyHeaderDecoder _decoder
        = new(new ProxyHeaderOptions { MaxLength = Math.Max(run.MaxElement, ProxyHeader.MaxLineLength) });

    /// <summary>How many bytes of the input belong to the header; 0 until it is whole.</summary>
    public long HeaderLength { get; private set; }

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        switch (_decoder.Decode(bytes, out _, out ProxyHeader header))
        {
            case OperationStatus.NeedMoreData:
                return true;

            case OperationStatus.InvalidData:
                Fail(_decoder.Error, _decoder.ErrorOffset);
                return false;

            default:
                HeaderLength = header.Bytes.Length;
                Print(header);
                return false;
        }
    }

    public override void Complete() => Fail(ProxyProtocolError.UnexpectedEnd, _decoder.Position);

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    private void Print(scoped in ProxyHeader header)
    {
        if (Run.Json)
        {
            PrintRow(header);
        }
        else
        {
            PrintView(header);
        }
    }

    private void PrintRow(scoped in ProxyHeader header)
    {
        Utf8JsonWriter row = Run.Rows.Begin("header"u8);
        Run.Rows.WriteOffset(header.Offset);
        row.WriteNumber("length"u8, header.Bytes.Length);
        row.WriteNumber("version"u8, header.Version);
        row.WriteString("command"u8, ProxyNames.Of(header.Command));
        row.WriteString("family"u8, ProxyNames.Of(header.Family));
        row.WriteString("transport"u8, ProxyNames.Of(header.Transport));
        if (header.HasAddresses)
        {
            row.WriteString("source"u8, ProxyNames.Of(header.GetSource()));
            row.WriteString("destination"u8, ProxyNames.Of(header.GetDestination()));
            WriteTlvs(row, header.Tlvs);
        }
        else
        {
            row.WriteBase64String("ignored"u8, header.Ignored);
        }

        Run.Rows.End();
        row = Run.Rows.Begin("end"u8);
        row.WriteNumber("consumed"u8, header.Bytes.Length);
        Run.Rows.End();
    }

    private static void WriteTlvs(Utf8JsonWriter row, scoped in ProxyTlvs tlvs)
    {
        row.WriteStartArray("tlvs"u8);
        foreach (ProxyTlv tlv in tlvs)
        {
            row.WriteStartObject();
            row.WriteNumber("type"u8, (int)tlv.Type);
            if (ProxyNames.Of(tlv.Type) is { } name)
            {
                row.WriteString("typeName"u8, name);
            }

            row.WriteBase64String("payload"u8, tlv.Value);
            if (tlv.Type == ProxyTlvType.Ssl && ProxySsl.TryRead(tlv.Value, out ProxySsl ssl))
            {
                row.WriteNumber("client"u8, (int)ssl.Client);
                row.WriteNumber("verify"u8, ssl.Verify);
                WriteTlvs(row, ssl.Tlvs);
            }
            else if (ProxyNames.IsText(tlv.Type) && Utf8.IsValid(tlv.Value))
            {
                row.WriteString("text"u8, tlv.Value);
            }

            row.WriteEndObject();
        }

        row.WriteEndArray();
    }

    private void PrintView(scoped in ProxyHeader header)
    {
        HumanView view = Run.View;
        view.Element(
            header.Offset,
            string.Create(CultureInfo.InvariantCulture, $"header of version {header.Version}, {HumanView.Count(header.Bytes.Length)}"));
        view.Field("command", ProxyNames.Of(header.Command));
        view.Field("family", $"{ProxyNames.Of(header.Family)}, {ProxyNames.Of(header.Transport)}");
        if (!header.HasAddresses)
        {
            view.Payload(header.Ignored, header.Ignored.Length, "ignored");
            return;
        }

        view.Field("source", SafeText.Of(ProxyNames.Of(header.GetSource())));
        view.Field("destination", SafeText.Of(ProxyNames.Of(header.GetDestination())));
        PrintTlvs(header.Tlvs, "");
    }

    private void PrintTlvs(scoped in ProxyTlvs tlvs, string indent)
    {
        foreach (ProxyTlv tlv in tlvs)
        {
            string name = indent + (ProxyNames.Of(tlv.Type) ?? string.Create(CultureInfo.InvariantCulture, $"type 0x{(int)tlv.Type:x2}"));
            if (tlv.Type == ProxyTlvType.Ssl && ProxySsl.TryRead(tlv.Value, out ProxySsl ssl))
            {
                Run.View.Field(name, string.Create(CultureInfo.InvariantCulture, $"client {ssl.Client}, verify {ssl.Verify}"));
                PrintTlvs(ssl.Tlvs, indent + "  ");
            }
            else if (ProxyNames.IsText(tlv.Type))
            {
                Run.View.Field(name, SafeText.Quote(tlv.Value));
            }
            else
            {
                Run.View.Payload(tlv.Value, tlv.Value.Length, name);
            }
        }
    }

    private void Fail(ProxyProtocolError error, long offset)
        => Run.Fail(error, error.GetRule(), offset, raise: error == ProxyProtocolError.HeaderTooLong ? "--max-element" : null);
}
