using System.Runtime.CompilerServices;
using System.Text;

namespace WireProtocols.Resume;

/// <summary>
/// A session as a server's application sees it: messages in both directions, each once and in order, over however many connections. What is sent
/// while the client is away waits for it. One receiver at a time; any number of senders.
/// </summary>
public sealed class ResumeServerSession
{
    private readonly ResumeMailbox _mailbox;

    internal ResumeServerSession(ResumeMailbox mailbox, bool isResumed)
    {
        _mailbox = mailbox;
        IsResumed = isResumed;
    }

    /// <summary>The session's ID, a secret of its client.</summary>
    public ResumeSessionId Id => _mailbox.Lease.Id;

    /// <summary>Whether the session comes from another node, or from this one's past: what the application knew of it may be elsewhere.</summary>
    public bool IsResumed { get; }

    /// <summary>Cancelled when the session is over, expired, or on another node.</summary>
    public CancellationToken Lost => _mailbox.Lease.Lost;

    /// <summary>Takes the next message; from then on the client need not send it again.</summary>
    /// <returns>Null where no more come: the session is over or elsewhere.</returns>
    public ValueTask<ResumeMessage?> ReceiveAsync(CancellationToken cancellationToken = default) => _mailbox.TakeAsync(cancellationToken);

    /// <summary>Takes every message until the session is over or elsewhere.</summary>
    public async IAsyncEnumerable<ResumeMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>Sends bytes. They are kept until the client has acknowledged them.</summary>
    /// <param name="payload">The bytes, which are kept and not copied.</param>
    /// <param name="cancellationToken">Ends the wait for room; nothing was sent then.</param>
    /// <exception cref="ResumeEndedException">The session is over or elsewhere.</exception>
    /// <exception cref="InvalidOperationException">There is no room, and <see cref="ResumeFullPolicy.Fail"/> is the policy.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => _mailbox.SendAsync(isText: false, payload, cancellationToken);

    /// <summary>Sends a text. It is kept until the client has acknowledged it.</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _mailbox.SendAsync(isText: true, Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>Sends a message as it came, text or bytes.</summary>
    /// <param name="message">The message; its number is another's affair.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <exception cref="ArgumentException">The message says that it is text, and is not UTF-8.</exception>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask SendAsync(ResumeMessage message, CancellationToken cancellationToken = default)
        => message.IsText && !System.Text.Unicode.Utf8.IsValid(message.Payload.Span)
            ? throw new ArgumentException("The text is not UTF-8.", nameof(message))
            : _mailbox.SendAsync(message.IsText, message.Payload, cancellationToken);
}
