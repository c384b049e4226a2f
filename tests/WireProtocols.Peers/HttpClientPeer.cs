namespace WireProtocols.Peers;

/// <summary>HttpClient with its defaults, but for redirects.</summary>
internal static class HttpClientPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<bool> PlayAsync(Uri url)
    {
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false };
        using HttpClient client = new(handler) { Timeout = Patience };
        return await Report.PostAsync(client, url, await GetAsync(client, url));
    }

    private static async Task<string> GetAsync(HttpClient client, Uri url)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(url);
            byte[] body = await response.Content.ReadAsByteArrayAsync();
            return Report.Line(new
            {
                kind = "response",
                status = (int)response.StatusCode,
                body = Convert.ToBase64String(body),
                trailers = response.TrailingHeaders.SelectMany(h => h.Value.Select(v => new[] { h.Key, v })),
            });
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return Report.Error(exception);
        }
    }
}
