namespace WireProtocols.WebSockets;

/// <summary>What the receiver has found in the input.</summary>
internal enum WebSocketReceipt : byte
{
    /// <summary>What is buffered is used up, or nothing may come any more.</summary>
    Nothing,

    /// <summary>A message or a piece of one.</summary>
    Piece,

    /// <summary>A Ping, Pong or Close.</summary>
    Control,

    /// <summary>The peer broke a rule.</summary>
    Invalid,
}
