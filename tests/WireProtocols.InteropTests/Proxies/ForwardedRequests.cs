using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>What a proxy has sent on a connection, counted by itself, by this library, and by the server.</summary>
/// <param name="Sent">The requests that the proxy has counted: each bears a field of its own, X-Forwarded-For.</param>
/// <param name="Read">The requests that this library sees in the same bytes.</param>
/// <param name="Answered">The responses of the server.</param>
/// <param name="Refused">The responses with 400 or more.</param>
/// <param name="Difference">Where somebody has counted otherwise; null where nobody has.</param>
internal sealed partial record ForwardedRequests(int Sent, int Read, int Answered, int Refused, string? Difference)
{
    public static async Task<ForwardedRequests> CountAsync(TeeConnection connection)
    {
        string bytes = connection.FromProxy;
        int sent = Mark().Count(bytes);
        int read = 0;
        int answered = 0;
        int refused = 0;
        bool isBad = false;
        bool isEnded = false;
        bool isOver = false;
        string? difference = null;
        PipeReader requests = PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(bytes)));
        PipeReader responses = PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(connection.FromServer)));
        using Http1RequestReader requestHeads = new(requests);
        using Http1ResponseReader responseHeads = new(responses);
        while (!isOver)
        {
            OwnedHttp1RequestHead? request = null;
            if (!isBad)
            {
                (request, isBad) = await ReadRequestAsync(requestHeads, requests);
                read += request is null && !isBad ? 0 : 1;
            }

            OwnedHttp1ResponseHead? response = await ReadResponseAsync(responseHeads, responses, request?.Method ?? "GET");
            answered += response is null ? 0 : 1;
            refused += response?.StatusCode >= 400 ? 1 : 0;
            if (request is not null && response is not null && request.GetField("X-Forwarded-For"u8) is null)
            {
                difference ??= $"a request that the proxy has not counted: {request.Method} {request.Target}";
            }

            // What comes behind an answer that ends the connection, or makes it a WebSocket, is no request any more.
            isOver = (request is null && response is null) || response?.StatusCode == 101 || (response is not null && IsLast(response));
            isEnded |= isOver && response is not null;
        }

        // Kestrel takes some heads that this library refuses: then only the responses count.
        difference ??= answered > sent ? $"{answered} responses to {sent} requests"
            : sent > read && !isEnded && !isBad ? $"{sent} requests of the proxy, of which {read} are to be seen"
            : null;
        return new ForwardedRequests(sent, read, answered, refused, difference);
    }

    private static bool IsLast(OwnedHttp1ResponseHead response)
        => response.GetField("Connection"u8)?.Contains("close", StringComparison.OrdinalIgnoreCase) == true;

    /// <returns>Null where there is no further one, and whether there is one that cannot be read.</returns>
    private static async Task<(OwnedHttp1RequestHead? Head, bool IsBad)> ReadRequestAsync(Http1RequestReader heads, PipeReader input)
    {
        try
        {
            OwnedHttp1RequestHead? head = await heads.ReadAsync(TestContext.Current.CancellationToken);
            if (head is not null)
            {
                await SkipAsync(input, Http1BodyFraming.OfRequest(head.Head));
            }

            return (head, false);
        }
        catch (WireProtocolException)
        {
            return (null, true);
        }
    }

    private static async Task<OwnedHttp1ResponseHead?> ReadResponseAsync(Http1ResponseReader heads, PipeReader input, string method)
    {
        try
        {
            OwnedHttp1ResponseHead? head;
            do
            {
                head = await heads.ReadAsync(TestContext.Current.CancellationToken);
            }
            while (head is { StatusCode: < 200 and not 101 });
            if (head is not null and { StatusCode: not 101 })
            {
                await SkipAsync(input, Http1BodyFraming.OfResponse(head.Head, Encoding.ASCII.GetBytes(method)));
            }

            return head;
        }
        catch (WireProtocolException)
        {
            return null;
        }
    }

    /// <summary>Reads over a body; one that is cut is over, too.</summary>
    private static async Task SkipAsync(PipeReader input, Http1BodyFraming framing)
    {
        using Http1BodyReader body = new(input, framing);
        try
        {
            while (true)
            {
                ReadResult read = await body.ReadAsync(TestContext.Current.CancellationToken);
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (WireProtocolException)
        {
            // Nothing that could be read comes behind it.
        }
    }

    [GeneratedRegex("\r\nX-Forwarded-For:", RegexOptions.IgnoreCase)]
    private static partial Regex Mark();
}
