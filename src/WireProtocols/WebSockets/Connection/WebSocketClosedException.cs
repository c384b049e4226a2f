namespace WireProtocols.WebSockets;

/// <summary>The connection is closed or lost, so nothing can be sent on it.</summary>
public sealed class WebSocketClosedException : IOException
{
    internal WebSocketClosedException(WebSocketCloseCode code, string reason)
        : base(reason.Length == 0 ? $"The connection is closed ({(int)code})." : $"The connection is closed ({(int)code}): {reason}")
    {
        Code = code;
        Reason = reason;
    }

    /// <summary>The code that the connection ended with; <see cref="WebSocketCloseCode.AbnormalClosure"/> where it has not yet.</summary>
    public WebSocketCloseCode Code { get; }

    /// <summary>Why, in words.</summary>
    public string Reason { get; }
}
