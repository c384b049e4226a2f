using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketHandshakeVectorTests
{
    // Those of the extended CONNECT form have no wire bytes here.
    private static readonly string[] OfConnect =
    [
        nameof(WebSocketHandshakeError.MethodNotConnect), nameof(WebSocketHandshakeError.ProtocolNotWebSocket),
        nameof(WebSocketHandshakeError.InvalidPseudoField), nameof(WebSocketHandshakeError.ConnectionField), nameof(
            WebSocketHandshakeError.InvalidField),
    ];

    // What the client's connection alone finds: it knows what it offered of permessage-deflate.
    private static readonly string[] OfConnection = [nameof(WebSocketHandshakeError.InvalidExtensionParameter)];

    public static TheoryData<string> Names() => Vector.Names("websocket-handshake");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vector_has_its_rows_however_it_arrives(string name)
    {
        Vector vector = Vector.Get("websocket-handshake", name);

        Assert.Equal(vector.Rows, await Segmentation.CheckAsync(vector.Bytes, new WebSocketHandshakeSubject(vector.Options)));
    }

    [Fact]
    public void Every_rule_has_a_vector_that_breaks_it()
    {
        HashSet<string> broken =
        [
            .. Vector.Load("websocket-handshake").SelectMany(v => v.Rows)
                .Where(r => r.StartsWith("refuse ", StringComparison.Ordinal) || r.StartsWith("fail ", StringComparison.Ordinal))
                    .Select(r => r.Split(' ')[1]),
        ];

        Assert.Empty(
            Enum.GetNames<WebSocketHandshakeError>().Except(broken).Except(OfConnect).Except(OfConnection)
                .Except([nameof(WebSocketHandshakeError.None)]));
    }

    [Fact]
    public void Every_rule_has_a_sentence_a_section_and_a_status()
    {
        WebSocketHandshakeError[] errors = [.. Enum.GetValues<WebSocketHandshakeError>().Where(e => e != WebSocketHandshakeError.None)];

        Assert.All(errors, e => Assert.Matches(@"^RFC \d+ §\d", e.GetRule().Section));
        Assert.All(errors, e => Assert.Contains(e.GetStatusCode(), new int?[] { null, 400, 405, 426, 431, 501 }));
        Assert.All(errors, e => Assert.Equal(e >= WebSocketHandshakeError.UnexpectedStatus, e.GetStatusCode() is null));
        Assert.Equal(errors.Length, errors.Select(e => e.GetRule().Text).Distinct().Count());
    }
}
