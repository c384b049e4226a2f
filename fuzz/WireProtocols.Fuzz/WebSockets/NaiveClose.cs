using WireProtocols.Fuzz.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>RFC 6455 §5.5.1 and §7.4, transcribed for clarity: the oracle of the close payload.</summary>
public static class NaiveClose
{
    // §7.4.1 and the registry of §11.7: 1004 is "Reserved", 1005, 1006 and 1015 "MUST NOT be set as a status code in a Close control frame".
    private static readonly int[] Defined = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];

    /// <summary>Judges as much of a payload as is there.</summary>
    /// <returns>The broken rule, the index of the offending byte, and how many bytes of payload it takes to know.</returns>
    public static (WebSocketProtocolError Error, int Index, int Needed) Judge(ReadOnlySpan<byte> present, long length)
    {
        // "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer"
        if (length == 1 && present.Length == 1)
        {
            return (WebSocketProtocolError.CloseCodeTruncated, 0, 1);
        }

        if (present.Length < 2)
        {
            return default;
        }

        if (!MayStand((present[0] * 256) + present[1]))
        {
            return (WebSocketProtocolError.InvalidCloseCode, 0, 2);
        }

        // "Following the 2-byte integer, the body MAY contain UTF-8-encoded data"
        (int invalidIndex, bool isComplete) = NaiveUtf8.Validate(present[2..]);
        if (invalidIndex >= 0)
        {
            return (WebSocketProtocolError.InvalidCloseReason, 2 + invalidIndex, 3 + invalidIndex);
        }

        return isComplete || present.Length < length ? default : (WebSocketProtocolError.InvalidCloseReason, present.Length, present.Length);
    }

    public static bool MayStand(int code) => Defined.Contains(code) || code / 1000 is 3 or 4;
}
