using System.Net;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>HttpClient over streams in memory: its chunked decoder and encoder, without sockets.</summary>
public static class HttpClientPeer
{
    /// <summary>The content of a response whose body is <paramref name="bytes"/>, over and over.</summary>
    public static Stream OpenResponse(byte[] bytes)
    {
        HttpClient client = Connect(new EndlessStream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), bytes));
        HttpResponseMessage response = client.GetAsync("http://memory/", HttpCompletionOption.ResponseHeadersRead).GetAwaiter().GetResult();
        return response.Content.ReadAsStream();
    }

    /// <summary>The stream that a chunked request's content is written to. What it sends goes nowhere, and no response ever comes.</summary>
    public static Stream OpenRequest()
    {
        HttpClient client = Connect(new EndlessStream([], []));
        HeldContent content = new();
        HttpRequestMessage request = new(HttpMethod.Post, "http://memory/") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        _ = client.SendAsync(request);
        return content.Opened.GetAwaiter().GetResult();
    }

    private static HttpClient Connect(Stream stream)
        => new(new SocketsHttpHandler { ConnectCallback = (_, _) => new ValueTask<Stream>(stream), UseProxy = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    private sealed class HeldContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _opened = new();

        public Task<Stream> Opened => _opened.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _opened.SetResult(stream);
            return new TaskCompletionSource().Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
