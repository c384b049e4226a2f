using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>One opening handshake as rows: what the server reads and answers, or what the client agrees to; then the bytes behind the head.</summary>
public sealed class WebSocketHandshakeSubject(IReadOnlyDictionary<string, string> options) : IDecoderSubject
{
    private bool IsClient => options.GetValueOrDefault("role") == "client";

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using Http1RequestDecoder requests = new();
        using Http1ResponseDecoder responses = new();
        Transcript transcript = new();
        List<byte> rest = [];
        bool done = false;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            int consumed = 0;
            if (!done && IsClient && responses.Decode(piece.Span, out consumed, out Http1ResponseHead response) == OperationStatus.Done)
            {
                done = true;
                Describe(response, transcript);
            }
            else if (!done && !IsClient && requests.Decode(piece.Span, out consumed, out Http1RequestHead request) == OperationStatus.Done)
            {
                done = true;
                Describe(request, transcript);
            }

            rest.AddRange(piece.Span[consumed..]);
        }

        Rest(transcript, [.. rest]);
        return transcript.Rows;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        if (IsClient)
        {
            using Http1ResponseReader reader = new(pipe);
            Describe((await reader.ReadAsync())!.Head, transcript);
        }
        else
        {
            using Http1RequestReader reader = new(pipe);
            Describe((await reader.ReadAsync())!.Head, transcript);
        }

        using MemoryStream rest = new();
        await pipe.CopyToAsync(rest);
        Rest(transcript, rest.ToArray());
        return transcript.Rows;
    }

    private static void Rest(Transcript transcript, byte[] rest)
    {
        if (rest.Length > 0)
        {
            transcript.Row($"rest {Convert.ToHexStringLower(rest)}");
        }
    }

    private static void Describe(Http1RequestHead head, Transcript transcript)
    {
        if (!WebSocketHandshake.TryParseRequest(head, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure))
        {
            transcript.Row($"refuse {failure.Error} {failure.RefusalStatus} {failure.Offset}");
            return;
        }

        transcript.Row($"request {request.Path} query={request.Query} host={request.Host} origin={request.Origin ?? "none"}");
        foreach (string subprotocol in request.Subprotocols)
        {
            transcript.Row($"subprotocol {subprotocol}");
        }

        Describe(request.Extensions, transcript);
        Span<byte> accept = stackalloc byte[WebSocketAccept.AcceptLength];
        WebSocketAccept.Compute(request.Key, accept);
        transcript.Row($"accept {Encoding.ASCII.GetString(accept)}");
    }

    private void Describe(Http1ResponseHead head, Transcript transcript)
    {
        Assert.True(
            WebSocketExtensionList.TryParse(
                Encoding.ASCII.GetBytes(options["extensions"]), out ImmutableArray<WebSocketExtension> offered, out _, out _));
        WebSocketHandshakeOffer offer
            = new("server.example.com", "/chat") { Subprotocols = [.. options["subprotocols"].Split(',')], Extensions = offered };
        WebSocketHandshakeClient client = new(offer, "dGhlIHNhbXBsZSBub25jZQ=="u8);
        if (!client.TryAccept(head, out WebSocketHandshakeAgreement? agreement, out WebSocketHandshakeFailure failure))
        {
            transcript.Row($"fail {failure.Error} {failure.Offset}");
            return;
        }

        transcript.Row($"agree {agreement.Subprotocol ?? "none"}");
        Describe(agreement.Extensions, transcript);
    }

    private static void Describe(ImmutableArray<WebSocketExtension> extensions, Transcript transcript)
    {
        foreach (WebSocketExtension extension in extensions)
        {
            transcript.Row($"extension {extension}");
        }
    }
}
