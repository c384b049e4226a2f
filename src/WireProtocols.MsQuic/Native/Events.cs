using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary><c>QUIC_LISTENER_EVENT_TYPE</c>.</summary>
internal enum ListenerEventType : uint
{
    NewConnection = 0,
}

/// <summary><c>QUIC_LISTENER_EVENT</c> of 64-bit platforms.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct ListenerEvent
{
    [FieldOffset(0)]
    public ListenerEventType Type;

    [FieldOffset(16)]
    public nint Connection;
}

/// <summary><c>QUIC_CONNECTION_EVENT_TYPE</c>.</summary>
internal enum ConnectionEventType : uint
{
    Connected = 0,
    ShutdownByTransport = 1,
    ShutdownByPeer = 2,
    ShutdownComplete = 3,
    PeerStreamStarted = 6,
    DatagramStateChanged = 10,
    DatagramReceived = 11,
    DatagramSendStateChanged = 12,
    PeerCertificateReceived = 15,
}

/// <summary><c>QUIC_CONNECTION_EVENT</c> of 64-bit platforms; which fields mean something, the type says.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct ConnectionEvent
{
    [FieldOffset(0)]
    public ConnectionEventType Type;

    /// <summary>Why the transport gave up.</summary>
    [FieldOffset(8)]
    public uint Status;

    [FieldOffset(16)]
    public ulong TransportErrorCode;

    [FieldOffset(8)]
    public ulong PeerErrorCode;

    [FieldOffset(8)]
    public nint Stream;

    [FieldOffset(8)]
    public byte DatagramSendEnabled;

    [FieldOffset(10)]
    public ushort MaxDatagramSize;

    [FieldOffset(8)]
    public QuicBuffer* Datagram;

    /// <summary>What was given with a datagram that was sent; it may be changed.</summary>
    [FieldOffset(8)]
    public void* DatagramContext;

    [FieldOffset(16)]
    public uint DatagramSendState;

    /// <summary>The certificate in DER, where portable ones were asked for.</summary>
    [FieldOffset(8)]
    public QuicBuffer* Certificate;

    /// <summary>PKCS#7 with what else the peer sent.</summary>
    [FieldOffset(24)]
    public QuicBuffer* Chain;
}

/// <summary><c>QUIC_STREAM_EVENT_TYPE</c>.</summary>
internal enum StreamEventType : uint
{
    StartComplete = 0,
    Receive = 1,
    SendComplete = 2,
    PeerSendShutdown = 3,
    PeerSendAborted = 4,
    PeerReceiveAborted = 5,
    SendShutdownComplete = 6,
    ShutdownComplete = 7,
    IdealSendBufferSize = 8,
}

/// <summary><c>QUIC_STREAM_EVENT</c> of 64-bit platforms; which fields mean something, the type says.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct StreamEvent
{
    public const uint FlagFin = 2;

    [FieldOffset(0)]
    public StreamEventType Type;

    /// <summary>Whether the start succeeded.</summary>
    [FieldOffset(8)]
    public uint Status;

    /// <summary>The bytes that are there; what is left in it has been taken.</summary>
    [FieldOffset(16)]
    public ulong TotalLength;

    [FieldOffset(24)]
    public QuicBuffer* Buffers;

    [FieldOffset(32)]
    public uint BufferCount;

    [FieldOffset(36)]
    public uint Flags;

    /// <summary>What was given with the bytes that were sent.</summary>
    [FieldOffset(16)]
    public void* SendContext;

    [FieldOffset(8)]
    public ulong ErrorCode;

    [FieldOffset(8)]
    public ulong IdealSize;

    /// <summary>Whether a stream's last event comes because the connection ends.</summary>
    [FieldOffset(8)]
    public byte IsConnectionOver;
}
