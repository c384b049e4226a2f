using WireProtocols.ServerSentEvents;

namespace WireProtocols.Resume;

/// <summary>Reaches a server by an event stream, and POST (wire-resume §5).</summary>
public sealed class EventStreamResumeTransport : ResumeTransport
{
    private readonly HttpResumePosts _posts;

    /// <param name="http">What sends the requests. It is not disposed, and its timeout must not end an event stream.</param>
    /// <param name="uri">Where the session is.</param>
    /// <param name="getToken">Gets a token for each request, which goes out as <c>Authorization: Bearer</c>; null for none.</param>
    public EventStreamResumeTransport(HttpClient http, Uri uri, Func<CancellationToken, ValueTask<string>>? getToken = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(uri);
        _posts = new HttpResumePosts(http, uri, getToken);
    }

    /// <inheritdoc/>
    public override string Name => "event-stream";

    /// <inheritdoc/>
    public override async ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await _posts.OpenStreamAsync(hello, cancellationToken).ConfigureAwait(false);
        Connection connection = new(_posts, hello, response);
        connection.Start();
        return connection;
    }

    private sealed class Connection(HttpResumePosts posts, ReadOnlyMemory<byte> hello, HttpResponseMessage response)
        : HttpResumeConnection(posts, hello)
    {
        private protected override async Task ReadAsync(CancellationToken cancellationToken)
        {
            using HttpResponseMessage answer = response;
            Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            EventStreamReader reader = new(System.IO.Pipelines.PipeReader.Create(stream));
            await foreach (ServerSentEvent item in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                byte[] frame;
                try
                {
                    frame = Convert.FromBase64String(item.Data);
                }
                catch (FormatException exception)
                {
                    throw new IOException("An event of the stream is no frame.", exception);
                }

                await PutAsync(frame, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
