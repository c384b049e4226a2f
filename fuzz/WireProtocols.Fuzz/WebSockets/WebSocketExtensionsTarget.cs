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
        bool valid = WebSocketExtensionList.TryParse(
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
            Require(expected is null, $"'{Encoding.Latin1.GetString(input)}' is a list of extensions");
            return;
        }

        Require(expected is not null, $"'{Encoding.Latin1.GetString(input)}' is no list of extensions");
        Require(NaiveExtensions.HasDuplicate(expected!) == extensions.Any(e => e.HasDuplicates));
        Require(expected!.SequenceEqual(extensions.Select(e => e.ToString().Replace("; ", ";", StringComparison.Ordinal))));
        string written = WebSocketExtensionList.Format(extensions);
        Require(WebSocketExtensionList.TryParse(Encoding.ASCII.GetBytes(written), out ImmutableArray<WebSocketExtension> again, out _, out _));
        Require(WebSocketExtensionList.Format(again) == written);
    }
}
