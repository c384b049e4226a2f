using WireProtocols.Fuzz.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// All that a strict echo says to the bytes of a peer, by the oracle of the message decoder: each message and a Pong for each Ping, in their order
/// and in one frame each, then Close, with the code of the rule where one was broken; and nothing behind it.
/// </summary>
internal static class StrictAnswer
{
    /// <param name="sent">What the peer sent behind the opening handshake.</param>
    /// <param name="sender">The role of the peer.</param>
    public static IReadOnlyList<string> To(ReadOnlySpan<byte> sent, WebSocketRole sender)
    {
        List<string> answers = [];
        foreach (string row in new NaiveMessages(sender, new WebSocketMessageOptions(), deflate: null, usesZlib: false).Decode(sent))
        {
            string[] parts = row.Split(' ');
            RawFrame? answer = parts[0] switch
            {
                "Text" => new RawFrame(1, Convert.FromHexString(parts[1])),
                "Binary" => new RawFrame(2, Convert.FromHexString(parts[1])),
                "Ping" => new RawFrame(10, Convert.FromHexString(parts[1])),
                "Close" => RawFrame.Close(parts[1].Length == 0 ? [] : Convert.FromHexString(parts[1])[..2]),
                "error" when Enum.Parse<WebSocketProtocolError>(parts[1]) is var error and not WebSocketProtocolError.UnexpectedEnd
                    => RawFrame.Close((int)error.GetCloseCode()),
                _ => null,
            };
            if (answer is not null)
            {
                answers.Add(answer.ToString());
            }

            if (answer?.Opcode == 8)
            {
                break;
            }
        }

        return answers;
    }
}
