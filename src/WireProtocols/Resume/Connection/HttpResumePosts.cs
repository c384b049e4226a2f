using System.IO.Pipelines;
using System.Net.Http.Headers;

namespace WireProtocols.Resume;

/// <summary>The POSTs of a session's client (wire-resume §5).</summary>
internal sealed class HttpResumePosts
{
    /// <summary>The most bytes of an answer: more than a server that waits for acknowledgements has to tell at once.</summary>
    private const int MaxAnswerLength = 16 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _uri;
    private readonly Func<CancellationToken, ValueTask<string>>? _getToken;

    /// <param name="http">What sends the requests.</param>
    /// <param name="uri">Where the session is.</param>
    /// <param name="getToken">Gets a token for each request; null for none.</param>
    public HttpResumePosts(HttpClient http, Uri uri, Func<CancellationToken, ValueTask<string>>? getToken)
    {
        (_http, _uri, _getToken) = (http, uri, getToken);
    }

    /// <summary>Sends a stream of frames, and reads the one that answers.</summary>
    /// <param name="body">The frames.</param>
    /// <param name="wait">How long the server may wait for news; null where this is no poll.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="IOException">The server refused or could not be reached.</exception>
    /// <exception cref="ResumeProtocolException">What answers are no frames.</exception>
    public async Task<IReadOnlyList<OwnedResumeFrame>> PostAsync(ReadOnlyMemory<byte> body, TimeSpan? wait, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = await CreateAsync(HttpMethod.Post, _uri, cancellationToken).ConfigureAwait(false);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(ResumePostAnswer.MediaType) } };
        if (wait is { } time)
        {
            request.Headers.TryAddWithoutValidation("Prefer", FormattableString.Invariant($"wait={(int)time.TotalSeconds}"));
        }

        using HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        PipeReader input = PipeReader.Create(stream);
        using ResumeFrameReader reader = new(input);
        List<OwnedResumeFrame> frames = [];
        await foreach (OwnedResumeFrame frame in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            frames.Add(frame);
            if (reader.Position > MaxAnswerLength)
            {
                throw new IOException($"The server's answer has more than {MaxAnswerLength} bytes.");
            }
        }

        await input.CompleteAsync().ConfigureAwait(false);
        return frames;
    }

    /// <summary>Opens the event stream.</summary>
    /// <param name="hello">HELLO.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<HttpResponseMessage> OpenStreamAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
    {
        UriBuilder uri = new(_uri);
        uri.Query = (uri.Query.Length > 1 ? uri.Query[1..] + "&" : "") + "hello=" + System.Buffers.Text.Base64Url.EncodeToString(hello.Span);
        using HttpRequestMessage request = await CreateAsync(HttpMethod.Get, uri.Uri, cancellationToken).ConfigureAwait(false);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            response.Dispose();
            throw new IOException("What answers is no event stream.");
        }

        return response;
    }

    private async Task<HttpRequestMessage> CreateAsync(HttpMethod method, Uri uri, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = new(method, uri);
        if (_getToken is not null)
        {
            string token = await _getToken(cancellationToken).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw response.Headers.RetryAfter?.Delta is { } delay
                ? new ResumeRefusedException(delay)
                : new IOException($"The server answers with {(int)response.StatusCode}.");
        }
    }
}
