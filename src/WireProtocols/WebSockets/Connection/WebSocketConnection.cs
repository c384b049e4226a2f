using System.IO.Pipelines;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A WebSocket connection (RFC 6455, RFC 7692) over an <see cref="IDuplexPipe"/>, after the opening handshake, in either role. One receiver at a
/// time; any number of senders. Pings are answered and Close is answered while the receiver reads.
/// </summary>
/// <remarks>
/// The receiver has the common shape, <c>while (await WaitToReadAsync()) while (TryRead(out var part)) …</c>, and whole messages on top of it:
/// <see cref="ReceiveAsync(CancellationToken)"/> and <see cref="ReadAllAsync"/>. Cancelling a receive loses nothing.
/// </remarks>
public sealed partial class WebSocketConnection : IAsyncDisposable
{
    private readonly WebSocketConnectionOptions _options;
    private readonly PipeInput _input;
    private readonly WebSocketMessageDecoder _decoder;
    private readonly WebSocketSender _sender;
    private readonly bool _canHalfClose;

    // Written under the gate, the state last: who sees a state without the gate sees what goes with it too.
    private volatile WebSocketConnectionState _state;
    private ushort _closeCode;
    private string _closeReason = "";
    private long _latency = -1;

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
    {
        ArgumentNullException.ThrowIfNull(transport);
        _options = options ?? WebSocketConnectionOptions.Default;
        _canHalfClose = _options.CanHalfClose && transport is not WebSocketTransport { CanHalfClose: false };
        Role = role;
        Deflate = deflate;
        Subprotocol = subprotocol;
        WebSocketRole peer = role == WebSocketRole.Client ? WebSocketRole.Server : WebSocketRole.Client;
        _input = new PipeInput(transport.Input);
        _decoder = new WebSocketMessageDecoder(peer, _options.Messages, deflate);
        _sender = new WebSocketSender(this, transport.Output, deflate, _options.Deflate);
        _keepAlive = WebSocketKeepAlive.Start(this, _options);
        WebSocketMetrics.ConnectionOpened(role);
    }

    /// <summary>Which end this is.</summary>
    public WebSocketRole Role { get; }

    /// <summary>What was agreed about permessage-deflate, or null.</summary>
    public WebSocketDeflateParameters? Deflate { get; }

    /// <summary>The subprotocol that was agreed, or null.</summary>
    public string? Subprotocol { get; }

    /// <summary>Where the connection stands.</summary>
    public WebSocketConnectionState State => _state;

    /// <summary>The code that the connection ended with (§7.1.5): the peer's where it sent one, else what this end sent or
    /// <see cref="WebSocketCloseCode.AbnormalClosure"/>; null while it is open.</summary>
    public WebSocketCloseCode? CloseCode => Volatile.Read(ref _closeCode) is var code and not 0 ? (WebSocketCloseCode)code : null;

    /// <summary>The reason that goes with <see cref="CloseCode"/> (§7.1.6), or an empty string.</summary>
    public string CloseReason => Volatile.Read(ref _closeReason);

    /// <summary>How long the peer took to answer the last Ping of <see cref="PingAsync(CancellationToken)"/> or of the keep-alive; null before the first answer.</summary>
    public TimeSpan? Latency => Volatile.Read(ref _latency) is var ticks and >= 0 ? new TimeSpan(ticks) : null;

    /// <summary>Bytes of messages that wait for their turn behind a peer that does not read.</summary>
    public long QueuedBytes => _sender.QueuedBytes;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => _decoder.Position;

    /// <summary>Makes a connection of a stream whose opening handshake is done, such as the one that a web framework hands over.</summary>
    /// <param name="stream">The stream; the connection disposes it.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="options">Limits and times; a stream cannot half-close.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="subprotocol">The subprotocol that was agreed, or null.</param>
    public static WebSocketConnection Create(
        Stream stream,
        WebSocketRole role,
        WebSocketConnectionOptions? options = null,
        WebSocketDeflateParameters? deflate = null,
        string? subprotocol = null)
        => new(new WebSocketTransport(stream), role, options, deflate, subprotocol);

    /// <summary>The connection as a stream: reads give the payload of one message after the other, every write is a message of its own.</summary>
    /// <param name="opcode">What the written messages are; a write of text has to be whole characters.</param>
    public Stream AsStream(WebSocketOpcode opcode = WebSocketOpcode.Binary)
    {
        ThrowIfNoMessage(opcode, []);
        return new WebSocketMessageStream(this, opcode);
    }

    /// <summary>True while the receiver has scratch from the pool.</summary>
    internal bool HoldsScratch => _decoder.HoldsScratch;

    internal TimeProvider Time => _options.TimeProvider;

    /// <summary>Closes with 1000 if nobody has, and waits for the end of the transport, as <see cref="CloseAsync"/> does.</summary>
    public ValueTask DisposeAsync() => CloseAsync(WebSocketCloseCode.NormalClosure);

    internal static void ThrowIfNoMessage(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode is not (WebSocketOpcode.Text or WebSocketOpcode.Binary))
        {
            throw new ArgumentException("A message is Text or Binary.", nameof(opcode));
        }

        if (opcode == WebSocketOpcode.Text && !Utf8.IsValid(payload))
        {
            throw new ArgumentException("The payload of a text message has to be UTF-8.", nameof(payload));
        }
    }
}
