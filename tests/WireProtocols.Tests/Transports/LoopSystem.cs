using WireProtocols.Transports;

namespace WireProtocols.Tests.Transports;

/// <summary>Whether this system has event loops.</summary>
internal static class LoopSystem
{
    public static void SkipWhereNone() => Assert.SkipUnless(EventLoopTransport.IsSupported, "Event loops need epoll, which only Linux has.");
}
