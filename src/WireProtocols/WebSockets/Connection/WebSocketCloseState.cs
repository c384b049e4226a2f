namespace WireProtocols.WebSockets;

/// <summary>
/// Where a connection stands, and what it ended with. It only knows; <see cref="WebSocketClosing"/> acts. Everything here is written under the
/// lock, the state last, so that whoever sees a state without the lock sees the code and reason that go with it.
/// </summary>
/// <remarks>For whoever changes this: the lock is the object itself. A lock of its own would weigh 40 bytes on each idle connection, and nobody else
/// locks this object.</remarks>
internal sealed class WebSocketCloseState
{
    private volatile WebSocketConnectionState _state;
    private ushort _code;
    private string _reason = "";
    private string? _sendFailure;
    private Waiters? _waiters;
    private bool _isLost;
    private bool _hasEnded;

    /// <summary>Where the connection stands.</summary>
    public WebSocketConnectionState Current => _state;

    /// <summary>True while messages may be sent.</summary>
    public bool IsOpen => _state == WebSocketConnectionState.Open;

    /// <summary>True while messages may come.</summary>
    public bool MayReceive => _state is WebSocketConnectionState.Open or WebSocketConnectionState.CloseSent;

    /// <summary>The code of the end (RFC 6455 §7.1.5), or null.</summary>
    public WebSocketCloseCode? Code => Volatile.Read(ref _code) is var code and not 0 ? (WebSocketCloseCode)code : null;

    /// <summary>The reason of the end (RFC 6455 §7.1.6), or an empty string.</summary>
    public string Reason => Volatile.Read(ref _reason);

    /// <summary>Why a send did not go through; null where none failed.</summary>
    public string? SendFailure => Volatile.Read(ref _sendFailure);

    /// <summary>Cancelled when the connection is no longer open: no message goes out any more, so none waits for its turn.</summary>
    public CancellationToken NoLongerOpen
    {
        get
        {
            lock (this)
            {
                if (!IsOpen)
                {
                    return new CancellationToken(canceled: true);
                }

                Waiters waiters = _waiters ??= new Waiters();
                return (waiters.Open ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Cancelled when the connection is lost, or its transport has ended: nobody waits for the peer any longer.</summary>
    public CancellationToken Lost
    {
        get
        {
            lock (this)
            {
                if (_isLost)
                {
                    return new CancellationToken(canceled: true);
                }

                Waiters waiters = _waiters ??= new Waiters();
                return (waiters.Lost ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Takes the next step of the table. The code and the reason become the connection's where the step ends something.</summary>
    public WebSocketCloseAction Move(WebSocketCloseEvent closeEvent, WebSocketCloseCode code = default, string reason = "")
    {
        CancellationTokenSource? open = null;
        WebSocketCloseAction action;
        lock (this)
        {
            (WebSocketConnectionState next, action) = WebSocketCloseTable.On(_state, closeEvent);
            bool ends = code != default && action != WebSocketCloseAction.None;
            if (ends && (_code == 0 || closeEvent != WebSocketCloseEvent.Lost))
            {
                _reason = reason;
                Volatile.Write(ref _code, (ushort)code);
            }

            if (IsOpen && next != WebSocketConnectionState.Open)
            {
                open = _waiters?.Open;
            }

            _state = next;
        }

        open?.Cancel();
        return action;
    }

    /// <summary>Remembers the first send that failed.</summary>
    /// <returns>False where one had failed before.</returns>
    public bool TrySetSendFailure(string reason) => Interlocked.CompareExchange(ref _sendFailure, reason, null) is null;

    /// <summary>Frees those who wait for the peer.</summary>
    public void SetLost()
    {
        CancellationTokenSource? lost;
        lock (this)
        {
            _isLost = true;
            lost = _waiters?.Lost;
        }

        lost?.Cancel();
    }

    /// <summary>The transport has ended.</summary>
    public void SetEnded()
    {
        lock (this)
        {
            _hasEnded = true;
            _waiters?.Ended?.TrySetResult();
        }
    }

    /// <summary>Completes when the transport has ended.</summary>
    public Task WhenEnded()
    {
        lock (this)
        {
            if (_hasEnded)
            {
                return Task.CompletedTask;
            }

            Waiters waiters = _waiters ??= new Waiters();
            return (waiters.Ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>What somebody is told who uses a connection that is closed, closing or lost.</summary>
    public WebSocketClosedException ToException()
        => Code is { } code ? new(code, Reason) : new(WebSocketCloseCode.AbnormalClosure, SendFailure ?? "");

    /// <summary>Those who wait for something to end. While a connection is idle, nobody does.</summary>
    private sealed class Waiters
    {
        public CancellationTokenSource? Open;
        public CancellationTokenSource? Lost;
        public TaskCompletionSource? Ended;
    }
}
