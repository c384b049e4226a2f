using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary><c>QUIC_BUFFER</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct QuicBuffer
{
    public uint Length;
    public byte* Bytes;
}

/// <summary><c>QUIC_SETTINGS</c>. What <see cref="IsSet"/> has no bit for is left as it is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct QuicSettings
{
    public const ulong HandshakeIdleTimeoutIsSet = 1UL << 1;
    public const ulong IdleTimeoutIsSet = 1UL << 2;
    public const ulong StreamWindowIsSet = 1UL << 6;
    public const ulong ConnectionWindowIsSet = 1UL << 8;
    public const ulong KeepAliveIsSet = 1UL << 16;
    public const ulong BidirectionalIsSet = 1UL << 18;
    public const ulong UnidirectionalIsSet = 1UL << 19;
    public const ulong SendBufferingIsSet = 1UL << 24;
    public const ulong DatagramReceiveIsSet = 1UL << 27;

    /// <summary>Of <see cref="Bits"/>: datagrams are announced and received. The other bits that are set by name are off.</summary>
    public const byte DatagramReceive = 1 << 3;

    public ulong IsSet;
    public ulong MaxBytesPerKey;
    public ulong HandshakeIdleTimeoutMs;
    public ulong IdleTimeoutMs;
    public ulong MtuDiscoverySearchCompleteTimeoutUs;
    public uint TlsClientMaxSendBuffer;
    public uint TlsServerMaxSendBuffer;
    public uint StreamRecvWindowDefault;
    public uint StreamRecvBufferDefault;
    public uint ConnFlowControlWindow;
    public uint MaxWorkerQueueDelayUs;
    public uint MaxStatelessOperations;
    public uint InitialWindowPackets;
    public uint SendIdleTimeoutMs;
    public uint InitialRttMs;
    public uint MaxAckDelayMs;
    public uint DisconnectTimeoutMs;
    public uint KeepAliveIntervalMs;
    public ushort CongestionControlAlgorithm;
    public ushort PeerBidiStreamCount;
    public ushort PeerUnidiStreamCount;
    public ushort MaxBindingStatelessOperations;
    public ushort StatelessOperationExpirationMs;
    public ushort MinimumMtu;
    public ushort MaximumMtu;
    public byte Bits;
    public byte MaxOperationsPerDrain;
    public byte MtuDiscoveryMissingProbeCount;
    public uint DestCidUpdateIdleTimeoutMs;
    public ulong Flags;
    public uint StreamRecvWindowBidiLocalDefault;
    public uint StreamRecvWindowBidiRemoteDefault;
    public uint StreamRecvWindowUnidiDefault;
}

/// <summary><c>QUIC_CREDENTIAL_CONFIG</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CredentialConfig
{
    public const uint TypeNone = 0;
    public const uint TypeContext = 3;
    public const uint TypePkcs12 = 6;
    public const uint FlagClient = 0x1;
    public const uint FlagNoValidation = 0x4;
    public const uint FlagIndicateCertificate = 0x10;
    public const uint FlagPortableCertificates = 0x4000;

    public uint Type;
    public uint Flags;
    public void* Certificate;
    public byte* Principal;
    public void* Reserved;
    public void* AsyncHandler;
    public uint AllowedCipherSuites;
    public byte* CaCertificateFile;
}

/// <summary><c>QUIC_CERTIFICATE_PKCS12</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Pkcs12Certificate
{
    public byte* Blob;
    public uint BlobLength;
    public byte* Password;
}
