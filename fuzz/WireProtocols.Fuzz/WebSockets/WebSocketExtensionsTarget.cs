using System.Collections.Immutable;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>The value of a Sec-WebSocket-Extensions field, against the grammar as a regular expression.</summary>
public sealed class WebSocketExtensionsTarget : FuzzTarget
{
    public override string Name => "websocket-extensions";

    public override void Run(ReadOnlySpan<byte> input)
    {
        bool valid = WebSocketExtension.TryParseList(
            input, out ImmutableArray<WebSocketExtension> extensions, out WebSocketHandshakeError error, out int invalidIndex);
        Require(valid == (error == WebSocketHandshakeError.None) && valid == (invalidIndex < 0));
        Require(invalidIndex <= input.Length);
        IReadOnlyList<string>? expected = NaiveExtensions.Parse(Encoding.Latin1.GetString(input));
        if (error == WebSocketHandshakeError.TooManyExtensions)
        {
            return;
        }

        if (!valid)
        {
            Require(expected is null || NaiveExtensions.HasDuplicate(expected), $"'{Encoding.Latin1.GetString(input)}' is a list of extensions");
            return;
        }

        Require(expected is not null && !NaiveExtensions.HasDuplicate(expected), $"'{Encoding.Latin1.GetString(input)}' is no list of extensions");
        Require(expected!.SequenceEqual(extensions.Select(e => e.ToString().Replace("; ", ";", StringComparison.Ordinal))));
        string written = WebSocketExtension.FormatList(extensions);
        Require(WebSocketExtension.TryParseList(Encoding.ASCII.GetBytes(written), out ImmutableArray<WebSocketExtension> again, out _, out _));
        Require(WebSocketExtension.FormatList(again) == written);
    }
}
