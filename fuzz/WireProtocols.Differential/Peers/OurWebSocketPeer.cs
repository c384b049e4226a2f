using WireProtocols.WebSockets;

namespace WireProtocols.Differential;

/// <summary>The library's WebSockets.</summary>
public sealed class OurWebSocketPeer : Peer
{
    /// <inheritdoc/>
    public override string Name => "WireProtocols";

    /// <inheritdoc/>
    public override string Version => "as it stands here";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kinds => ["frames"];

    /// <inheritdoc/>
    public override async Task<PeerAnswer> AskAsync(PeerQuestion question)
    {
        await using OneWayStream stream = new(FrameText.BytesOf(question));
        WebSocketConnectionOptions options = new() { KeepAliveInterval = TimeSpan.Zero, CloseTimeout = TimeSpan.FromMilliseconds(100) };
        await using WebSocketConnection connection = WebSocketConnection.Create(
            stream, question.From == "client" ? WebSocketRole.Server : WebSocketRole.Client, options);
        List<string> got = [];
        try
        {
            while (got is not [.., FrameText.End] && await connection.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    got.Add(FrameText.Of(message.Opcode == WebSocketOpcode.Text, message.Payload.Span));
                }
            }
        }
        catch (Exception exception) when (exception is WireProtocolException or IOException or WebSocketClosedException)
        {
            return Refuse(question, exception.Message, FrameText.Without(got));
        }

        if (got is [.., FrameText.End])
        {
            return Accept(question, FrameText.Without(got));
        }

        got.Add($"close {(int?)connection.CloseCode ?? 1005}");
        return connection.CloseCode == WebSocketCloseCode.AbnormalClosure ? Refuse(question, "the connection was lost") : Accept(question, got);
    }
}
