using System.Globalization;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.View;

/// <summary>What the parts of WebSocket frames are called, in rows and for a person.</summary>
internal static class WebSocketNames
{
    /// <summary>The name of an opcode; a reserved one is its number, <c>0x3</c>.</summary>
    public static string Of(WebSocketOpcode opcode) => opcode switch
    {
        WebSocketOpcode.Continuation => "continuation",
        WebSocketOpcode.Text => "text",
        WebSocketOpcode.Binary => "binary",
        WebSocketOpcode.Close => "close",
        WebSocketOpcode.Ping => "ping",
        WebSocketOpcode.Pong => "pong",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{(byte)opcode:x}"),
    };

    /// <summary>A close code with its name: <c>1000 (NormalClosure)</c>.</summary>
    public static string Of(WebSocketCloseCode code)
        => Enum.IsDefined(code)
            ? $"{(ushort)code} ({code})"
            : (ushort)code is >= 3000 and < 4000 ? $"{(ushort)code} (registered)" : $"{(ushort)code}";
}
