using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>
/// Shows whole messages: fragments joined, compressed ones inflated. The view for a person also says a word on each control frame; the rows
/// are messages alone.
/// </summary>
internal sealed class WebSocketMessageSession(DecodeRun run, WebSocketFrameDecoder decoder, bool lenient) : WebSocketSession(run, decoder)
{
    private readonly MessageInflater _inflater = new();
    private MemoryStream _message = new();
    private WebSocketTextCheck _text;
    private WebSocketOpcode _type;
    private bool _compressed;
    private bool _damaged;
    private int _fragments;
    private long _offset;

    protected override bool IsInsideMessage => _fragments > 0;

    protected override bool Accept(scoped in WebSocketFramePart part)
    {
        if (part.Violation != WebSocketProtocolError.None)
        {
            return Skip(part);
        }

        WebSocketFrameHeader header = part.Header;
        if (header.Opcode.IsControl())
        {
            ShowControl(header, part.Offset, part.Payload);
            return true;
        }

        if (part.IsFirst)
        {
            Begin(header, part.Offset);
        }

        long index = _text.FindError(part);
        if (index >= 0)
        {
            return Damage(WebSocketProtocolError.InvalidText, part.Offset + header.HeaderLength + index);
        }

        if (part.IsFirst && _message.Length + header.PayloadLength > Run.MaxElement)
        {
            return Damage(WebSocketProtocolError.MessageTooLarge, part.Offset);
        }

        if (!_damaged)
        {
            _message.Write(part.Payload);
        }

        return !(part.IsLast && header.Fin) || End();
    }

    protected override void Dispose(bool disposing)
    {
        _inflater.Dispose();
        _message.Dispose();
        base.Dispose(disposing);
    }

    private void Begin(WebSocketFrameHeader header, long offset)
    {
        if (header.Opcode != WebSocketOpcode.Continuation)
        {
            _type = header.Opcode;
            _compressed = header.ReservedBits == WebSocketReservedBits.Rsv1;
            _offset = offset;
            _damaged = false;
            _fragments = 0;
            ClearMessage();
        }

        _fragments++;
    }

    /// <summary>Tells of a frame that may not stand here, once, and leaves it out.</summary>
    private bool Skip(scoped in WebSocketFramePart part)
    {
        if (part.IsLast)
        {
            Report(part.Violation, part.Offset + WebSocketViolations.IndexOf(part.Violation, part.Header, part.Payload));
        }

        return true;
    }

    /// <summary>Tells what is wrong with the message under way; where the input goes on, the rest of it is left out.</summary>
    private bool Damage(WebSocketProtocolError error, long offset)
    {
        if (!_damaged)
        {
            Report(error, offset);
        }

        _damaged = true;
        return lenient;
    }

    private bool End()
    {
        ReadOnlySpan<byte> payload = _message.GetBuffer().AsSpan(0, (int)_message.Length);
        bool goOn = _damaged || !_compressed || TryInflate(ref payload);
        if (!_damaged)
        {
            Print(payload);
        }

        _fragments = 0;
        ClearMessage();
        return goOn;
    }

    /// <summary>Inflates the message. Errors point at its first frame, since compressed bytes cannot be told apart.</summary>
    private bool TryInflate(ref ReadOnlySpan<byte> payload)
    {
        WebSocketProtocolError error = _inflater.Inflate(payload, Run.MaxElement, out ReadOnlySpan<byte> inflated);
        payload = inflated;
        if (error == WebSocketProtocolError.None && _type == WebSocketOpcode.Text)
        {
            Utf8Validator validator = default;
            error = validator.Validate(inflated, out _) == System.Buffers.OperationStatus.Done ? error : WebSocketProtocolError.InvalidText;
        }

        return error == WebSocketProtocolError.None || Damage(error, _offset);
    }

    private void Print(ReadOnlySpan<byte> payload)
    {
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("message"u8);
            row.WriteString("type"u8, NameOf(_type));
            row.WriteNumber("length"u8, payload.Length);
            row.WriteBase64String("payload"u8, payload);
            Run.Rows.End();
            return;
        }

        string fragments = _fragments == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", in {_fragments} fragments");
        string compressed = _compressed ? string.Create(CultureInfo.InvariantCulture, $", compressed to {_message.Length}") : "";
        Run.View.Element(_offset, $"{NameOf(_type)} message, {HumanView.Count(payload.Length)}{fragments}{compressed}");
        Run.View.Payload(payload, payload.Length);
    }

    private void ShowControl(WebSocketFrameHeader header, long offset, ReadOnlySpan<byte> payload)
    {
        if (Run.Json)
        {
            return;
        }

        string code = header.Opcode == WebSocketOpcode.Close && payload.Length >= 2
            ? $": {Describe((WebSocketCloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload))} {SafeText.Quote(payload[2..])}"
            : payload.IsEmpty ? "" : $": {SafeText.Quote(payload)}";
        Run.View.Element(offset, NameOf(header.Opcode) + code);
    }

    private void ClearMessage()
    {
        _message.SetLength(0);
        if (_message.Capacity > 1024 * 1024)
        {
            _message.Dispose();
            _message = new MemoryStream();
        }
    }
}
