using System.Buffers;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// A request head as an opening handshake, and a response head as the answer to one. What is accepted is written and validated by the other side;
/// what is refused is answered with a well-formed response.
/// </summary>
public sealed class WebSocketHandshakeTarget : FuzzTarget
{
    private static readonly WebSocketHandshakeOffer Offer = new("example.com", "/chat")
    {
        Subprotocols = ["chat", "superchat"],
        Extensions = [new WebSocketExtension("permessage-deflate"), new WebSocketExtension("foo")],
    };

    public override string Name => "websocket-handshake";

    public override FuzzFormat Format { get; } = new HeadFormat(0, isHandshake: true);

    public override string CodeNamespace => "WireProtocols.WebSockets";

    public override void Run(ReadOnlySpan<byte> input)
    {
        using Http1RequestDecoder requests = new();
        if (requests.Decode(input, out _, out Http1RequestHead request) == OperationStatus.Done)
        {
            RunServer(request);
        }

        using Http1ResponseDecoder responses = new();
        if (responses.Decode(input, out _, out Http1ResponseHead response) == OperationStatus.Done)
        {
            RunClient(response);
        }
    }

    private static void RunServer(Http1RequestHead head)
    {
        ArrayBufferWriter<byte> output = new();
        bool accepted = WebSocketHandshake.TryParseRequest(head, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure);
        Require(accepted == (failure.Error == WebSocketHandshakeError.None));
        if (!accepted)
        {
            Require(failure.Offset >= 0 && failure.Offset < head.Bytes.Length, $"{failure} is inside the head");
            WebSocketHandshakeResponse.Refuse(failure).WriteTo(output);
            RequireResponse(output.WrittenSpan, failure.RefusalStatus ?? 0);
            return;
        }

        string? subprotocol = request!.Subprotocols.IsEmpty ? null : request.Subprotocols[^1];
        request.Accept(subprotocol, request.Extensions.Where(e => !e.HasDuplicates).DistinctBy(e => e.Name)).WriteTo(output);
        WebSocketHandshakeClient client = new(
            new WebSocketHandshakeOffer("example.com", "/") { Subprotocols = request.Subprotocols, Extensions = request.Extensions }, request.Key);
        using Http1ResponseDecoder decoder = new();
        Require(decoder.Decode(output.WrittenSpan, out _, out Http1ResponseHead response) == OperationStatus.Done);
        Require(
            client.TryAccept(response, out WebSocketHandshakeAgreement? agreement, out WebSocketHandshakeFailure refused),
            $"the client refuses: {refused}");
        Require(agreement!.Subprotocol == subprotocol);
    }

    private static void RequireResponse(ReadOnlySpan<byte> bytes, int statusCode)
    {
        using Http1ResponseDecoder decoder = new();
        Require(decoder.Decode(bytes, out int consumed, out Http1ResponseHead response) == OperationStatus.Done);
        Require(response.StatusCode == statusCode && response.ContentLength == bytes.Length - consumed);
    }

    private static void RunClient(Http1ResponseHead head)
    {
        WebSocketHandshakeClient client = new(Offer, "dGhlIHNhbXBsZSBub25jZQ=="u8);
        bool accepted = client.TryAccept(head, out WebSocketHandshakeAgreement? agreement, out WebSocketHandshakeFailure failure);
        Require(accepted == (failure.Error == WebSocketHandshakeError.None));
        Require(accepted || (failure.Offset >= 0 && failure.Offset < head.Bytes.Length), $"{failure} is inside the head");
        Require(!accepted || agreement!.Subprotocol is null || Offer.Subprotocols.Contains(agreement.Subprotocol));
        Require(!accepted || agreement!.Extensions.All(a => Offer.Extensions.Any(o => o.Name == a.Name)));
    }
}
