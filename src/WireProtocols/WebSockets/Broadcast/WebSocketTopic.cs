using WireProtocols.Backplane;

namespace WireProtocols.WebSockets;

/// <summary>
/// A topic of a <see cref="WebSocketBroadcaster"/> that several machines have in common. What is published to it on one of them reaches the
/// connections that have joined it on all; each machine encodes a message once. It may be used by many threads.
/// </summary>
public sealed class WebSocketTopic : IAsyncDisposable
{
    private readonly WebSocketBroadcaster _broadcaster;

    /// <summary>Opens the topic.</summary>
    /// <param name="broadcaster">Whose connections may join it.</param>
    /// <param name="node">What joins the machines.</param>
    /// <param name="name">The name of the topic, on the backplane and in the broadcaster.</param>
    /// <param name="options">Bounds, and what happens while the backplane is lost; when null the defaults, with
    /// <see cref="BackplaneLossPolicy.DeliverLocally"/>. The members are counted here.</param>
    /// <exception cref="ArgumentException">The name is none of a topic.</exception>
    /// <exception cref="InvalidOperationException">The topic is open on this node.</exception>
    public WebSocketTopic(WebSocketBroadcaster broadcaster, BackplaneNode node, string name, BackplaneTopicOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(broadcaster);
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(name);
        _broadcaster = broadcaster;
        options ??= new BackplaneTopicOptions { LossPolicy = BackplaneLossPolicy.DeliverLocally };
        Topic = node.Open(name, ReceiveAsync, options.CountedBy(() => broadcaster.SubscribersOf(name)));
    }

    /// <summary>The topic on the backplane.</summary>
    public BackplaneTopic Topic { get; }

    /// <summary>How many connections have joined it on all machines, as far as they have said so lately.</summary>
    public long Presence => Topic.Presence;

    /// <summary>Lets a subscription of the broadcaster hear the topic.</summary>
    public void Join(WebSocketSubscription subscription) => _broadcaster.Join(subscription, Topic.Name);

    /// <summary>Lets it hear no more of it.</summary>
    public void Leave(WebSocketSubscription subscription) => _broadcaster.Leave(subscription, Topic.Name);

    /// <summary>Sends a message to all who have joined, whichever machine they are on, its sender included.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> (the payload has to be UTF-8) or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="payload">The message.</param>
    /// <param name="cancellationToken">Cancels the wait; the message is under way.</param>
    /// <returns>Completes as <see cref="BackplaneTopic.PublishAsync"/> does.</returns>
    /// <exception cref="ArgumentException">The message is none, or too long.</exception>
    /// <exception cref="BackplaneException">Too much waits for the backplane already.</exception>
    public ValueTask PublishAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        WebSocketMessageRules.ThrowIfNone(opcode, payload.Span);
        byte[] message = new byte[1 + payload.Length];
        message[0] = (byte)opcode;
        payload.Span.CopyTo(message.AsSpan(1));
        return Topic.PublishAsync(message, cancellationToken);
    }

    /// <summary>Closes the topic. The connections stay.</summary>
    public ValueTask DisposeAsync() => Topic.DisposeAsync();

    private ValueTask ReceiveAsync(BackplaneMessage message, CancellationToken cancellationToken)
    {
        if (message.Payload.IsEmpty)
        {
            return default;
        }

        WebSocketPreparedMessage prepared = new((WebSocketOpcode)message.Payload.Span[0], message.Payload.Span[1..]);
        return _broadcaster.PublishAsync(prepared, Topic.Name, except: null, cancellationToken);
    }
}
