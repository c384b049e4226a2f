using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>The functions of msquic's API, version 2, in the order of <c>QUIC_API_TABLE</c> as far as they are used.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct ApiTable
{
    public readonly nint SetContext;
    public readonly nint GetContext;
    public readonly delegate* unmanaged[Cdecl]<nint, void*, void*, void> SetCallbackHandler;
    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint, void*, uint> SetParam;
    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint*, void*, uint> GetParam;
    public readonly delegate* unmanaged[Cdecl]<void*, nint*, uint> RegistrationOpen;
    public readonly nint RegistrationClose;
    public readonly nint RegistrationShutdown;
    public readonly delegate* unmanaged[Cdecl]<nint, QuicBuffer*, uint, QuicSettings*, uint, void*, nint*, uint> ConfigurationOpen;
    public readonly delegate* unmanaged[Cdecl]<nint, void> ConfigurationClose;
    public readonly delegate* unmanaged[Cdecl]<nint, CredentialConfig*, uint> ConfigurationLoadCredential;
    public readonly delegate* unmanaged[Cdecl]<nint, void*, void*, nint*, uint> ListenerOpen;
    public readonly delegate* unmanaged[Cdecl]<nint, void> ListenerClose;
    public readonly delegate* unmanaged[Cdecl]<nint, QuicBuffer*, uint, void*, uint> ListenerStart;
    public readonly nint ListenerStop;
    public readonly delegate* unmanaged[Cdecl]<nint, void*, void*, nint*, uint> ConnectionOpen;
    public readonly delegate* unmanaged[Cdecl]<nint, void> ConnectionClose;
    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, void> ConnectionShutdown;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, ushort, byte*, ushort, uint> ConnectionStart;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, uint> ConnectionSetConfiguration;
    public readonly nint ConnectionSendResumptionTicket;
    public readonly delegate* unmanaged[Cdecl]<nint, uint, void*, void*, nint*, uint> StreamOpen;
    public readonly delegate* unmanaged[Cdecl]<nint, void> StreamClose;
    public readonly delegate* unmanaged[Cdecl]<nint, uint, uint> StreamStart;
    public readonly delegate* unmanaged[Cdecl]<nint, uint, ulong, uint> StreamShutdown;
    public readonly delegate* unmanaged[Cdecl]<nint, QuicBuffer*, uint, uint, void*, uint> StreamSend;
    public readonly delegate* unmanaged[Cdecl]<nint, ulong, void> StreamReceiveComplete;
    public readonly delegate* unmanaged[Cdecl]<nint, byte, uint> StreamReceiveSetEnabled;
    public readonly delegate* unmanaged[Cdecl]<nint, QuicBuffer*, uint, uint, void*, uint> DatagramSend;
}
