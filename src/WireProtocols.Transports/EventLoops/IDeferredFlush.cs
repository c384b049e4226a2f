namespace WireProtocols.Transports;

/// <summary>A flush that a loop does before it waits.</summary>
internal interface IDeferredFlush
{
    /// <summary>Sends what is still to be sent.</summary>
    void Send();
}
