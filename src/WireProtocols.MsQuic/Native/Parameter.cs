namespace WireProtocols.MsQuic;

/// <summary>The parameters of handles that are used (<c>QUIC_PARAM_…</c>), and flags of calls.</summary>
internal static class Parameter
{
    public const uint PerformanceCounters = 0x01000003;
    public const uint LibraryVersion = 0x01000004;
    public const uint ListenerLocalAddress = 0x04000000;
    public const uint ConnectionLocalAddress = 0x05000001;
    public const uint ConnectionRemoteAddress = 0x05000002;
    public const uint CloseReason = 0x0500000B;
    public const uint DatagramSendEnabled = 0x0500000E;
    public const uint StreamId = 0x08000000;

    public const uint OpenUnidirectional = 1;
    public const uint StartShutdownOnFail = 4;
    public const uint StartPriorityWork = 16;
    public const uint SendFin = 4;
    public const uint AbortSend = 2;
    public const uint AbortReceive = 4;
    public const uint Inline = 16;
}
