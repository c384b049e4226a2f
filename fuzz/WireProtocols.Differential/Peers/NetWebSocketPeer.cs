using System.Net.WebSockets;
using System.Text;

namespace WireProtocols.Differential;

/// <summary>The WebSockets of the platform, on which Kestrel and ClientWebSocket stand.</summary>
internal sealed class NetWebSocketPeer : Peer
{
    public override string Name => "System.Net.WebSockets";

    public override IReadOnlyList<string> Kinds => ["frames"];

    public override async Task<PeerAnswer> AskAsync(PeerQuestion question)
    {
        using OneWayStream stream = new(FrameText.BytesOf(question));
        using WebSocket socket = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = question.From == "client", KeepAliveInterval = TimeSpan.Zero });
        List<string> got = [];
        try
        {
            using MemoryStream message = new();
            byte[] buffer = new byte[64 * 1024];
            while (got is not [.., FrameText.End])
            {
                WebSocketReceiveResult received = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    got.Add($"close {(int?)received.CloseStatus ?? 1005}");
                    break;
                }

                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    got.Add(FrameText.Of(received.MessageType == WebSocketMessageType.Text, message.ToArray()));
                    message.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or DecoderFallbackException)
        {
            return Refuse(question, exception.Message, got);
        }

        return FrameText.IsAccepted(got) ? Accept(question, FrameText.Without(got)) : Refuse(question, "it ended", FrameText.Without(got));
    }
}
