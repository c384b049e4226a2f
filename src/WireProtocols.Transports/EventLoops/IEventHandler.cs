namespace WireProtocols.Transports;

/// <summary>What an event loop calls.</summary>
internal interface IEventHandler
{
    /// <summary>Something has happened. Called on the loop's thread, which does nothing else meanwhile.</summary>
    /// <param name="events">The bits of <see cref="EpollEvents"/>; 0 for what was posted.</param>
    void OnEvents(uint events);
}
