using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.View;

/// <summary>Shows WebSocket messages, as rows or for a person.</summary>
internal sealed class WebSocketMessagePrinter(bool json, JsonRows rows, HumanView view)
{
    /// <summary>Shows a whole message.</summary>
    /// <param name="decoder">Where it came from.</param>
    /// <param name="opcode">What it is.</param>
    /// <param name="payload">All of its payload for a row, at least what the view previews otherwise.</param>
    /// <param name="length">How many bytes it has in all.</param>
    public void Print(WebSocketMessageDecoder decoder, WebSocketOpcode opcode, ReadOnlySpan<byte> payload, long length)
    {
        if (json)
        {
            Utf8JsonWriter row = rows.Begin("message"u8);
            row.WriteString("type"u8, WebSocketNames.Of(opcode));
            row.WriteNumber("length"u8, length);
            rows.WritePayload(payload, opcode == WebSocketOpcode.Text);
            rows.End();
            return;
        }

        string fragments
            = decoder.MessageFragments == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", in {decoder.MessageFragments} fragments");
        string compressed
            = decoder.MessageCompressedLength is { } crossed ? string.Create(CultureInfo.InvariantCulture, $", compressed to {crossed}") : "";
        view.Element(decoder.MessageOffset, $"{WebSocketNames.Of(opcode)} message, {HumanView.Count(length)}{fragments}{compressed}");
        view.Payload(payload, length);
    }
}
