namespace WireProtocols.WebRtc;

/// <summary>The states of a channel.</summary>
public enum DataChannelState
{
    /// <summary>OPEN has been sent, and nothing has come back yet. Messages may be sent.</summary>
    Opening,

    /// <summary>Both sides know it.</summary>
    Open,

    /// <summary>One side has closed it.</summary>
    Closing,

    /// <summary>Both sides have closed it, and its stream may be used again.</summary>
    Closed,
}
