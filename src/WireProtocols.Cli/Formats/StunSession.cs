using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.WebRtc;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows messages and their attributes; whether the fingerprint is right is said, and is no violation.</summary>
internal sealed class StunSession(FormatRun run) : FormatSession(run)
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private long _offset;

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        _pending.Write(bytes);
        int index = 0;
        while (index < _pending.WrittenCount)
        {
            OperationStatus status
                = StunMessage.Decode(_pending.WrittenSpan[index..], out StunMessage message, out StunProtocolError error, out int errorOffset);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            if (status == OperationStatus.InvalidData)
            {
                Fail(error, errorOffset);
                return false;
            }

            Print(message);
            _offset += message.Bytes.Length;
            index += message.Bytes.Length;
        }

        if (index > 0)
        {
            byte[] rest = _pending.WrittenSpan[index..].ToArray();
            _pending.ResetWrittenCount();
            _pending.Write(rest);
        }

        return true;
    }

    public override void Complete()
    {
        if (_pending.WrittenCount > 0 || _offset == 0)
        {
            Fail(StunProtocolError.UnexpectedEnd, _pending.WrittenCount);
        }
    }

    private static string NameOf(StunClass messageClass) => messageClass switch
    {
        StunClass.Request => "request",
        StunClass.Indication => "indication",
        StunClass.SuccessResponse => "success",
        _ => "error",
    };

    private static bool IsText(StunAttributeType type) => type is StunAttributeType.Username or StunAttributeType.Realm
        or StunAttributeType.Nonce or StunAttributeType.Software or StunAttributeType.AlternateDomain;

    private static bool TryGetAddress(in StunMessage message, in StunAttributeView attribute, out StunAddress address)
    {
        address = default;
        return attribute.Type is StunAttributeType.MappedAddress or StunAttributeType.XorMappedAddress or StunAttributeType.AlternateServer
            && StunAddress.TryDecode(
                attribute.Value, attribute.Type == StunAttributeType.XorMappedAddress ? message.TransactionId : default, out address);
    }

    private void Print(in StunMessage message)
    {
        bool? isFingerprintRight = message.TryGet(StunAttributeType.Fingerprint, out _)
            ? StunIntegrity.IsFingerprintRight(message, out _, out _)
            : null;
        if (Run.Json)
        {
            PrintRow(message, isFingerprintRight);
        }
        else
        {
            PrintView(message, isFingerprintRight);
        }
    }

    private void PrintRow(in StunMessage message, bool? isFingerprintRight)
    {
        Utf8JsonWriter row = Run.Rows.Begin("message"u8);
        Run.Rows.WriteOffset(_offset);
        row.WriteString("class"u8, NameOf(message.Class));
        row.WriteNumber("method"u8, message.Method);
        row.WriteString("transactionId"u8, Convert.ToHexStringLower(message.TransactionId));
        row.WriteNumber("length"u8, message.Bytes.Length - StunMessage.HeaderSize);
        row.WriteStartArray("attributes"u8);
        foreach (StunAttributeView attribute in message)
        {
            row.WriteStartObject();
            row.WriteNumber("type"u8, (int)attribute.Type);
            row.WriteString("name"u8, attribute.Type.GetName());
            row.WriteBase64String("value"u8, attribute.Value);
            if (attribute.IsIgnored)
            {
                row.WriteBoolean("ignored"u8, true);
            }
            else if (IsText(attribute.Type))
            {
                row.WriteString("text"u8, attribute.Value);
            }
            else if (TryGetAddress(message, attribute, out StunAddress address))
            {
                row.WriteString("address"u8, address.ToEndPoint().Address.ToString());
                row.WriteNumber("port"u8, address.Port);
            }
            else if (attribute.TryGetErrorCode(out int code, out ReadOnlySpan<byte> reason))
            {
                row.WriteNumber("code"u8, code);
                row.WriteString("reason"u8, reason);
            }

            row.WriteEndObject();
        }

        row.WriteEndArray();
        if (isFingerprintRight is { } isRight)
        {
            row.WriteBoolean("fingerprintRight"u8, isRight);
        }

        Run.Rows.End();
    }

    private void PrintView(in StunMessage message, bool? isFingerprintRight)
    {
        HumanView view = Run.View;
        string method = message.Method == StunMethod.Binding
            ? "Binding"
            : string.Create(CultureInfo.InvariantCulture, $"method {message.Method}");
        view.Element(_offset, $"{method} {NameOf(message.Class)}, {HumanView.Count(message.Bytes.Length)}");
        view.Field("transaction id", Convert.ToHexStringLower(message.TransactionId));
        foreach (StunAttributeView attribute in message)
        {
            string name = attribute.Type.GetName() + (attribute.IsIgnored ? " (ignored: it stands behind the integrity)" : "");
            if (!attribute.IsIgnored && IsText(attribute.Type))
            {
                view.Field(name, SafeText.Quote(attribute.Value));
            }
            else if (!attribute.IsIgnored && TryGetAddress(message, attribute, out StunAddress address))
            {
                view.Field(name, address.ToString());
            }
            else if (!attribute.IsIgnored && attribute.TryGetErrorCode(out int code, out ReadOnlySpan<byte> reason))
            {
                view.Field(name, string.Create(CultureInfo.InvariantCulture, $"{code} {SafeText.Quote(Encoding.UTF8.GetString(reason))}"));
            }
            else if (attribute.Type == StunAttributeType.Fingerprint)
            {
                view.Field(name, Convert.ToHexStringLower(attribute.Value) + (isFingerprintRight == true ? " (right)" : " (wrong)"));
            }
            else
            {
                view.Payload(attribute.Value, attribute.Value.Length, name);
            }
        }
    }

    private void Fail(StunProtocolError error, int errorOffset)
        => Run.Fail(error, error.GetRule(), _offset + errorOffset, row => row.WriteNumber("errorCode"u8, error.GetErrorCode()));
}
