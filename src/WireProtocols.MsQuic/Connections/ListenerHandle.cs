using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>A listener's handle, and the one of its events that is looked at.</summary>
internal sealed unsafe class ListenerHandle
{
    private readonly Func<nint, uint> _take;
    private readonly NativeHandle _handle;

    /// <param name="endPoint">Where to listen.</param>
    /// <param name="configuration">Settings and credentials.</param>
    /// <param name="take">Given the handle of a new connection; what it answers, msquic is told.</param>
    /// <exception cref="MsQuicException">The address cannot be listened on.</exception>
    public ListenerHandle(IPEndPoint endPoint, Configuration configuration, Func<nint, uint> take)
    {
        _take = take;
        ApiTable* table = MsQuicApi.Get().Table;
        GCHandle self = GCHandle.Alloc(this);
        nint listener;
        delegate* unmanaged[Cdecl]<nint, void*, ListenerEvent*, uint> callback = &OnEvent;

        // In bounds: the handle is written to a local of its size; the context stays until the handle is closed.
        uint status = table->ListenerOpen(MsQuicApi.Get().Registration, callback, (void*)GCHandle.ToIntPtr(self), &listener);
        if (Status.HasFailed(status))
        {
            self.Free();
            MsQuicApi.Check(status, "listen");
        }

        _handle = new NativeHandle(listener, table->ListenerClose, self, null);
        byte* address = stackalloc byte[NativeAddress.Size];
        NativeAddress.Write(endPoint, address);
        using (PinnedProtocols protocols = configuration.PinProtocols())
        {
            // In bounds: the buffers are as many as their count, and they and the address are only read during the call.
            status = table->ListenerStart(listener, protocols.Buffers, (uint)protocols.Count, address);
        }

        if (Status.HasFailed(status))
        {
            _handle.LetGo();
            MsQuicApi.Check(status, $"listen on {endPoint}");
        }

        uint length = NativeAddress.Size;

        // In bounds: msquic writes an address, for which there is room.
        status = table->GetParam(listener, Parameter.ListenerLocalAddress, &length, address);
        if (Status.HasFailed(status))
        {
            _handle.LetGo();
            MsQuicApi.Check(status, "tell the address");
        }

        LocalEndPoint = NativeAddress.Read(address);
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Stops listening. It waits for callbacks that are at work.</summary>
    public void Close() => _handle.LetGo();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception crosses into native code.")]
    private static uint OnEvent(nint handle, void* context, ListenerEvent* item)
    {
        try
        {
            // In bounds: the context is the handle that the listener was given, and the event is msquic's for the time of the call.
            ListenerHandle listener = (ListenerHandle)GCHandle.FromIntPtr((nint)context).Target!;
            return item->Type == ListenerEventType.NewConnection ? listener._take(item->Connection) : Status.Success;
        }
        catch (Exception)
        {
            return Status.InternalError;
        }
    }
}
