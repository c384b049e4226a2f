using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A WebSocket connection (RFC 6455, RFC 7692) over an <see cref="IDuplexPipe"/>, after the opening handshake, in either role. One receiver at a
/// time; any number of senders. Pings are answered and Close is answered while the receiver reads.
/// </summary>
/// <remarks>
/// The receiver has the common shape, <c>while (await WaitToReadAsync()) while (TryRead(out var part)) …</c>, and whole messages on top of it:
/// <see cref="ReceiveAsync(CancellationToken)"/> and <see cref="ReadAllAsync"/>. Cancelling a receive loses nothing. A message is received whole and
/// once, or not at all, whatever is cancelled, closed or disposed when.
/// </remarks>
public sealed partial class WebSocketConnection : IAsyncDisposable
{
    // For whoever changes this: the connection only puts its parts together, and turns their answers into exceptions. Each part knows those above
    // it in the constructor, and none below. An idle connection is to keep little, so it reaches most of them through the last one.
    private readonly WebSocketSender _sender;
    private readonly WebSocketReading _reading;

    /// <summary>Takes over a transport whose opening handshake is done.</summary>
    /// <param name="transport">The bytes behind the handshake. The connection completes both of its ends.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="subprotocol">The subprotocol that was agreed, or null.</param>
    public WebSocketConnection(
        IDuplexPipe transport,
        WebSocketRole role,
        WebSocketConnectionOptions? options = null,
        WebSocketDeflateParameters? deflate = null,
        string? subprotocol = null)
        : this(transport, role, options, deflate, subprotocol, canPing: true)
    {
    }

    /// <param name="transport">The bytes behind the handshake.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="subprotocol">The subprotocol that was agreed, or null.</param>
    /// <param name="canPing">Whether a Ping is answered; where it is not, there is no keep-alive.</param>
    internal WebSocketConnection(
        IDuplexPipe transport,
        WebSocketRole role,
        WebSocketConnectionOptions? options,
        WebSocketDeflateParameters? deflate,
        string? subprotocol,
        bool canPing)
    {
        ArgumentNullException.ThrowIfNull(transport);
        options ??= WebSocketConnectionOptions.Default;
        Deflate = deflate;
        Subprotocol = subprotocol;
        WebSocketRole peer = role == WebSocketRole.Client ? WebSocketRole.Server : WebSocketRole.Client;
        WebSocketCloseState state = new();
        WebSocketMessageDecoding decoding = WebSocketMessageDecoding.Create(peer, options.Messages, deflate, WebSocketDeflatePool.Shared);
        WebSocketReceiver receiver = new(transport.Input, state, decoding);
        WebSocketOutput output = new(transport, role, WebSocketMessageDeflation.Create(deflate, role, options.Deflate));
        WebSocketClosing closing = new(output, receiver, role, options);
        _sender = new WebSocketSender(output, closing);
        WebSocketPings pings = new(_sender, canPing);
        _reading = new WebSocketReading(receiver, pings);
        closing.Lastly(pings);
        WebSocketMetrics.ConnectionOpened(role);
    }

    /// <summary>Which end this is.</summary>
    public WebSocketRole Role => Closing.Role;

    /// <summary>What was agreed about permessage-deflate, or null.</summary>
    public WebSocketDeflateParameters? Deflate { get; }

    /// <summary>The subprotocol that was agreed, or null.</summary>
    public string? Subprotocol { get; }

    /// <summary>The request that a server accepted; null on a client, and where the handshake was another's.</summary>
    public WebSocketHandshakeRequest? Request { get; init; }

    /// <summary>Whatever the application wants to find here; a server's decision sets it (<see cref="WebSocketDecision"/>).</summary>
    public object? UserState { get; set; }

    /// <summary>Where the connection stands.</summary>
    public WebSocketConnectionState State => EndState.Current;

    /// <summary>The code that the connection ended with (RFC 6455 §7.1.5): the peer's where it sent one, else what this end sent or
    /// <see cref="WebSocketCloseCode.AbnormalClosure"/>; null while it is open.</summary>
    public WebSocketCloseCode? CloseCode => EndState.Code;

    /// <summary>The reason that goes with <see cref="CloseCode"/> (RFC 6455 §7.1.6), or an empty string.</summary>
    public string CloseReason => EndState.Reason;

    /// <summary>How long the peer took to answer the last Ping of <see cref="PingAsync(CancellationToken)"/>
    /// or of the keep-alive; null before the first answer.</summary>
    public TimeSpan? Latency => Pings.Latency;

    /// <summary>Bytes of messages that wait for their turn behind a peer that does not read.</summary>
    public long QueuedBytes => _sender.QueuedBytes;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => Receiver.Position;

    /// <summary>True while the receiver has scratch from the pool.</summary>
    internal bool HoldsScratch => Receiver.HoldsScratch;

    /// <summary>True while the receiver waits for the peer.</summary>
    internal bool IsWaiting => Receiver.IsWaiting;

    /// <summary>True while a part is in use.</summary>
    internal bool IsLent => Receiver.Place.IsLent;

    private WebSocketReceiver Receiver => _reading.Receiver;

    private WebSocketClosing Closing => _reading.Closing;

    private WebSocketCloseState EndState => _reading.Closing.State;

    private WebSocketPings Pings => _reading.Pings;

    /// <summary>Makes a connection of a stream whose opening handshake is done, such as the one that a web framework hands over.</summary>
    /// <param name="stream">The stream; the connection disposes it.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="options">Limits and times; a stream cannot half-close.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="subprotocol">The subprotocol that was agreed, or null.</param>
    /// <param name="request">The request that was accepted, for <see cref="Request"/>; or null.</param>
    public static WebSocketConnection Create(
        Stream stream,
        WebSocketRole role,
        WebSocketConnectionOptions? options = null,
        WebSocketDeflateParameters? deflate = null,
        string? subprotocol = null,
        WebSocketHandshakeRequest? request = null)
        => new(new SocketTransport(stream), role, options, deflate, subprotocol) { Request = request };

    /// <summary>
    /// Closes the connection (RFC 6455 §7.1.2): lets the messages go whose turn it is, sends Close, drops what still comes until the peer's Close,
    /// and ends the transport. Each of the two, the Closes and the end of the transport, takes at most
    /// <see cref="WebSocketConnectionOptions.CloseTimeout"/>.
    /// </summary>
    /// <remarks>It ends the use of a part from <see cref="TryRead"/>, whose bytes may change from then on. So whoever closes while another thread
    /// reads parts calls <see cref="CloseOutputAsync"/>; whoever receives copies, whole messages or into memory of its own, may be closed by anybody.
    /// Where it is cancelled, a message whose beginning it has dropped is not received any more; and where the receiver has read a piece of that
    /// message, neither is any other.</remarks>
    /// <param name="code">A code that may stand on the wire, or <see cref="WebSocketCloseCode.NoStatusReceived"/> for none.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the closing goes on when the connection is read or closed again.</param>
    /// <exception cref="ArgumentException">The code may not stand on the wire, or the reason is too long.</exception>
    public async ValueTask CloseAsync(
        WebSocketCloseCode code = WebSocketCloseCode.NormalClosure, string reason = "", CancellationToken cancellationToken = default)
    {
        byte[] payload = WebSocketClosing.EncodeClose(code, reason);
        EndLoan();
        await Closer().CloseAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends Close and leaves the rest to the receiver, who may read on until the peer's Close.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public async ValueTask CloseOutputAsync(
        WebSocketCloseCode code = WebSocketCloseCode.NormalClosure, string reason = "", CancellationToken cancellationToken = default)
        => await Closer().CloseOutputAsync(WebSocketClosing.EncodeClose(code, reason), cancellationToken).ConfigureAwait(false);

    /// <summary>Drops the connection at once: nothing more is sent, the peer notices, and whoever waits in a send or receive comes back. A part from
    /// <see cref="TryRead"/> stays readable until the connection is read again, closed or disposed.</summary>
    public void Abort() => Closing.Lose("The connection was aborted.");

    /// <summary>Closes with 1000 if nobody has, and waits for the end of the transport, as <see cref="CloseAsync"/> does.</summary>
    public ValueTask DisposeAsync() => CloseAsync(WebSocketCloseCode.NormalClosure);

    /// <summary>
    /// Runs a handler, and closes the connection when it has ended: with 1000 where it returned, with 1001 where it was cancelled, and with 1011
    /// where it threw, so that no failure of this end looks like a success to the peer.
    /// </summary>
    /// <param name="handler">What is to be done with the connection.</param>
    /// <param name="cancellationToken">Is handed to the handler.</param>
    public async Task RunAsync(Func<CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        WebSocketCloseCode code = WebSocketCloseCode.InternalError;
        try
        {
            await handler(cancellationToken).ConfigureAwait(false);
            code = WebSocketCloseCode.NormalClosure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            code = WebSocketCloseCode.GoingAway;
            throw;
        }
        finally
        {
            await CloseAsync(code, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection for somebody else than its user: a part that is lent stays so until the receiver comes back.</summary>
    internal Task CloseBesideReceiverAsync(WebSocketCloseCode code, string reason)
        => Closer().CloseAsync(WebSocketClosing.EncodeClose(code, reason), CancellationToken.None);

    /// <summary>The receiver is done with the part that it was lent, though it has not come back.</summary>
    internal void EndLoan() => Receiver.Place.EndLoan();

    /// <summary>It has no state, so there is none before somebody closes.</summary>
    private WebSocketCloser Closer() => new(_reading, _sender, Closing);
}
