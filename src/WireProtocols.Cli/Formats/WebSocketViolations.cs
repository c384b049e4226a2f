using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Formats;

/// <summary>How a violation of the WebSocket protocol is told, and where it is.</summary>
internal static class WebSocketViolations
{
    /// <summary>Reports a violation with the code that an endpoint closes with.</summary>
    public static void Report(FormatRun run, WebSocketProtocolError error, long offset)
    {
        WebSocketCloseCode code = error.GetCloseCode();
        string name = WebSocketNames.Of(code);
        string? hint = HintOf(run, error, offset);
        run.Fail(
            error,
            error.GetRule(),
            offset,
            more: row =>
            {
                row.WriteNumber("closeCode"u8, (int)code);
                if (hint is not null)
                {
                    row.WriteString("hint"u8, hint);
                }
            },
            raise: code == WebSocketCloseCode.MessageTooBig ? "--max-element" : null,
            remark: hint ?? (code.IsValidOnWire() ? $"an endpoint closes with {name}" : $"an endpoint counts it as {name} and sends nothing"));
    }

    /// <summary>What the mask of the very first frame says about who sent it.</summary>
    private static string? HintOf(FormatRun run, WebSocketProtocolError error, long offset) => (error, offset) switch
    {
        (WebSocketProtocolError.MaskMissing, 1) when !run.SaysSender => "the first frame has no mask: perhaps a server sent this; try --from server",
        (WebSocketProtocolError.MaskForbidden, 1) when !run.SaysSender => "the first frame has a mask: perhaps a client sent this; try --from client",
        _ => null,
    };

    /// <summary>Where in a frame the rule is broken that a lenient decoder reports with it.</summary>
    /// <returns>The index of the offending byte from the start of the frame.</returns>
    public static int IndexOf(WebSocketProtocolError violation, WebSocketFrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (violation)
        {
            case WebSocketProtocolError.MaskMissing or WebSocketProtocolError.MaskForbidden or WebSocketProtocolError.ControlFrameTooLong:
                return 1;
            case WebSocketProtocolError.NonMinimalLength:
                // The byte that settles it: the last of 16 bits, or the last of the six high bytes of 64.
                return header.HeaderLength - (header.IsMasked ? 4 : 0) == 4 ? 3 : 7;
            case WebSocketProtocolError.CloseCodeTruncated or WebSocketProtocolError.InvalidCloseCode or WebSocketProtocolError.InvalidCloseReason:
                WebSocketClosePayload.Decode(payload, out _, out _, out _, out int index);
                return header.HeaderLength + index;
            default:
                return 0;
        }
    }
}
