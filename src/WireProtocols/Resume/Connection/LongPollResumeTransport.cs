using System.Buffers;

namespace WireProtocols.Resume;

/// <summary>Reaches a server by long polls, and POST (wire-resume §5): what goes through everything.</summary>
public sealed class LongPollResumeTransport : ResumeTransport
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(25);

    private readonly HttpResumePosts _posts;

    /// <param name="http">What sends the requests. It is not disposed; its timeout is to be more than 25 seconds.</param>
    /// <param name="uri">Where the session is.</param>
    /// <param name="getToken">Gets a token for each request, which goes out as <c>Authorization: Bearer</c>; null for none.</param>
    public LongPollResumeTransport(HttpClient http, Uri uri, Func<CancellationToken, ValueTask<string>>? getToken = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(uri);
        _posts = new HttpResumePosts(http, uri, getToken);
    }

    /// <inheritdoc/>
    public override string Name => "long-poll";

    /// <inheritdoc/>
    public override async ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
    {
        ResumeFrameParser.Parse(hello.Span, out ResumeFrame frame, out _, out _);
        ArrayBufferWriter<byte> body = new();
        ResumeFrames.WriteToStream(body, frame);
        IReadOnlyList<OwnedResumeFrame> first = await _posts.PostAsync(body.WrittenMemory, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        Connection connection = new(_posts, hello, first);
        connection.Start();
        return connection;
    }

    private sealed class Connection(HttpResumePosts posts, ReadOnlyMemory<byte> hello, IReadOnlyList<OwnedResumeFrame> first)
        : HttpResumeConnection(posts, hello)
    {
        private long _highest;

        public override bool WantsPromptAcks => true;

        private protected override async Task ReadAsync(CancellationToken cancellationToken)
        {
            _highest = Acknowledged;
            bool goesOn = await HandInAsync(first, isFirst: true, cancellationToken).ConfigureAwait(false);
            while (goesOn)
            {
                // What is not taken yet would come again.
                while (Acknowledged < _highest)
                {
                    await AcknowledgedMore.WaitAsync(cancellationToken).ConfigureAwait(false);
                }

                ArrayBufferWriter<byte> body = new();
                ResumeFrames.WriteToStream(body, ResumeFrames.Hello(Session, Acknowledged));
                IReadOnlyList<OwnedResumeFrame> frames = await Posts.PostAsync(body.WrittenMemory, Wait, cancellationToken).ConfigureAwait(false);
                goesOn = await HandInAsync(frames, isFirst: false, cancellationToken).ConfigureAwait(false);
            }
        }

        /// <returns>False where nothing more is to come.</returns>
        private async ValueTask<bool> HandInAsync(IReadOnlyList<OwnedResumeFrame> frames, bool isFirst, CancellationToken cancellationToken)
        {
            foreach (OwnedResumeFrame frame in frames)
            {
                bool isMessage = frame.Type is ResumeFrameType.Text or ResumeFrameType.Binary;
                if (isFirst)
                {
                    Learn(frame.Lend());
                    _highest = frame.Type == ResumeFrameType.Gone ? 0 : _highest;
                }

                if ((isMessage && frame.Sequence <= _highest) || (!isFirst && frame is { Type: ResumeFrameType.Welcome, Sequence: 0 }))
                {
                    continue;
                }

                ResumeFrame handed = !isFirst && frame.Type == ResumeFrameType.Welcome ? ResumeFrames.Ack(frame.Sequence) : frame.Lend();
                ArrayBufferWriter<byte> bytes = new();
                ResumeFrames.Write(bytes, handed);
                await PutAsync(bytes.WrittenSpan.ToArray(), cancellationToken).ConfigureAwait(false);
                _highest = isMessage ? frame.Sequence : _highest;
            }

            return frames.All(f => f.Type is not (ResumeFrameType.Retry or ResumeFrameType.End) && f.Reason != ResumeGoneReason.TakenOver);
        }
    }
}
