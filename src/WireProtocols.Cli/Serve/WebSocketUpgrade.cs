using System.Security.Cryptography;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>The opening handshake (RFC 6455 §4.2).</summary>
internal static class WebSocketUpgrade
{
    /// <summary>Answers with 101, or with what is wrong.</summary>
    public static async ValueTask<bool> TryAcceptAsync(ServeRequest request)
    {
        if (FindObstacle(request) is (int status, string text))
        {
            (string, string)[] fields = status == 426 ? [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket"), ("Connection", "Upgrade")] : [];
            await request.RespondAsync(status, text, fields);
            return false;
        }

        request.KeepsAlive = false;
        WriteAccept(request);
        await request.Connection.FlushAsync(request.Stopping);
        return true;
    }

    private static (int Status, string Text)? FindObstacle(ServeRequest request)
    {
        Http1RequestHead head = request.Head;
        if (!head.Fields.ContainsElement("upgrade"u8, "websocket"u8) || !head.HasConnectionOption("upgrade"u8))
        {
            return (426, "This is a WebSocket: ask for it with Upgrade: websocket.\n");
        }

        if (request.GetField("sec-websocket-version"u8) != "13")
        {
            return (426, "Sec-WebSocket-Version has to be 13.\n");
        }

        byte[] key = new byte[24];
        return head.Fields.CountOf("sec-websocket-key"u8) == 1 && Convert.TryFromBase64String(request.GetField("sec-websocket-key"u8)!, key, out int length) && length == 16
            ? null
            : (400, "Sec-WebSocket-Key has to be the base64 of 16 bytes.\n");
    }

    private static void WriteAccept(ServeRequest request)
    {
#pragma warning disable CA5350 // "base64-encoding ... the SHA-1 hash": the protocol's choice, not for security.
        byte[] accept = SHA1.HashData(Encoding.ASCII.GetBytes(request.GetField("sec-websocket-key"u8) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
        Http1HeadWriter head = ServeResponse.Start(request.Connection.Output, request.Settings.Time, 101);
        head.WriteField("Upgrade"u8, "websocket"u8);
        head.WriteField("Connection"u8, "Upgrade"u8);
        head.WriteField("Sec-WebSocket-Accept"u8, Convert.ToBase64String(accept));
        head.Complete();
    }
}
