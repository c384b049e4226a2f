using System.Net;
using WireProtocols.Transports;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of docs/transports.md, where it compiles.</summary>
internal static class ReadmeTransports
{
    public static TransportListener Listen(IPEndPoint endPoint)
    {
        TransportListener listener = TransportListener.Start(endPoint, async transport =>
        {
            await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(transport);
            while (connection is not null && await connection.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    await connection.SendAsync(message.Opcode, message.Payload, flush: false);
                }
            }
        });
        return listener;
    }
}
