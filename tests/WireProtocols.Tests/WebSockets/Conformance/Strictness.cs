using WireProtocols.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>What the library does beyond what a case demands, by the beginning of its id.</summary>
internal static class Strictness
{
    private static readonly WebSocketPerMessageDeflateOptions All = new() { Threshold = 0 };

    /// <summary>Cases that the library does not pass without being wrong.</summary>
    private static readonly Dictionary<string, ConformanceVerdict> Verdicts = new()
    {
        // A line feed alone may end a line, and need not (RFC 9112 §2.2): the library refuses it.
        ["ws-client/handshake/answer/line-ends/lf"] = ConformanceVerdict.Info,

        // Every offer of the library has the parameter.
        ["ws-client/handshake/refused/extensions/parameters/client-bits-not-offered"] = ConformanceVerdict.Skip,
    };

    /// <summary>Cases that ask for an offer of another kind.</summary>
    private static readonly Dictionary<string, WebSocketPerMessageDeflateOptions?> Offers = new()
    {
        ["ws-client/handshake/refused/extensions/deflate-not-offered"] = null,
        ["ws-client/handshake/refused/extensions/parameters/server-bits-above-the-offer"] = new() { ServerMaxWindowBits = 10 },
    };

    /// <summary>The code of the Close where the case takes several: the rule that was broken has one.</summary>
    private static readonly (string Branch, int Code)[] Codes =
    [
        ("frames/length/top-bit", 1002),
        ("frames/length/all-bits", 1002),
        ("close/reason/", 1007),
        ("deflate/invalid/", 1007),
        ("limits/", 1000),
    ];

    /// <summary>What a server answers to an offer: all that it can keep, of the first that it can keep whole.</summary>
    private static readonly (string Branch, string Answer)[] Answers =
    [
        ("deflate/sizes/data/", ""),
        ("deflate/sizes/offer/plain/", "; client_no_context_takeover"),
        ("deflate/sizes/offer/server-no-context/", "; server_no_context_takeover; client_no_context_takeover"),
        ("deflate/sizes/offer/server-bits-9/", "; client_no_context_takeover; server_max_window_bits=9"),
        ("deflate/sizes/offer/server-bits-15/", "; client_no_context_takeover; server_max_window_bits=15"),
        (
            "deflate/sizes/offer/server-no-context-bits-9/",
            "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9"),
        (
            "deflate/sizes/offer/server-no-context-bits-15/",
            "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15"),
        ("deflate/sizes/offer/three-offers/", "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9"),
        ("deflate/windows/9-9", "; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9"),
        ("deflate/windows/9-15", "; server_max_window_bits=9"),
    ];

    /// <summary>The verdict on the library.</summary>
    public static ConformanceVerdict VerdictOf(string id) => Verdicts.GetValueOrDefault(id, ConformanceVerdict.Pass);

    /// <summary>What the library offers or accepts: everything, and compresses everything.</summary>
    public static WebSocketPerMessageDeflateOptions? DeflateOf(string id) => Offers.GetValueOrDefault(id, All);

    /// <summary>Looks at what crossed the wire.</summary>
    public static void Check(string id, IReadOnlyList<ConformanceRelay> conversations)
    {
        Assert.NotEmpty(conversations);
        bool isOfClient = id.StartsWith("ws-client/", StringComparison.Ordinal);
        string branch = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        foreach ((_, int code) in Codes.Where(c => branch.StartsWith(c.Branch, StringComparison.Ordinal)))
        {
            Assert.Equal(RawFrame.Close(code).ToString(), conversations[0].Answered[^1].ToString());
        }

        foreach ((_, string answer) in Answers.Where(a => !isOfClient && branch.StartsWith(a.Branch, StringComparison.Ordinal)))
        {
            Assert.Contains($"\r\nSec-WebSocket-Extensions: permessage-deflate{answer}\r\n", conversations[0].Head, StringComparison.Ordinal);
        }

        foreach (ConformanceRelay conversation in conversations.Where(_ => isOfClient && !Offers.ContainsKey(id)))
        {
            Assert.Contains(
                "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", conversation.Head, StringComparison.Ordinal);
        }
    }
}
