using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>
/// Closes a connection with a reason. msquic forgets one that it is given before it closes, and has sent the close when it is given one after; what
/// it calls in between is the last event of every stream that can end at once. So a stream is opened for that: nothing is sent of it, and nothing is
/// received on it that could hold its end up.
/// </summary>
/// <remarks>
/// The close is asked for when the stream has begun, so that it is one of those that end. Both events come on msquic's thread, where calls take
/// effect at once.
/// </remarks>
internal sealed unsafe class ClosingStream
{
    private readonly ulong _errorCode;
    private readonly string _reason;
    private readonly nint _connection;
    private NativeHandle? _handle;

    private ClosingStream(nint connection, long errorCode, string reason)
    {
        _connection = connection;
        _errorCode = (ulong)errorCode;
        _reason = reason;
    }

    /// <summary>Begins to close a connection.</summary>
    /// <param name="connection">The connection, of which a use is taken over.</param>
    /// <param name="connectionHandle">Its value.</param>
    /// <param name="errorCode">The code.</param>
    /// <param name="reason">The reason.</param>
    public static void Close(NativeHandle connection, nint connectionHandle, long errorCode, string reason)
    {
        ClosingStream closing = new(connectionHandle, errorCode, reason);
        if (!closing.TryBegin(connection))
        {
            // There is nothing that could be told a reason: no memory, or no peer.
            closing.Shutdown();
            closing.LetGo(connection);
        }
    }

    private bool TryBegin(NativeHandle connection)
    {
        ApiTable* table = MsQuicApi.Get().Table;
        GCHandle self = GCHandle.Alloc(this);
        nint stream;
        delegate* unmanaged[Cdecl]<nint, void*, StreamEvent*, uint> callback = &OnEvent;

        // In bounds: the handle is written to a local of its size; the context stays until the handle is closed.
        if (Status.HasFailed(table->StreamOpen(_connection, Parameter.OpenUnidirectional, callback, (void*)GCHandle.ToIntPtr(self), &stream)))
        {
            self.Free();
            return false;
        }

        _handle = new NativeHandle(stream, table->StreamClose, self, connection);
        return !Status.HasFailed(table->StreamStart(stream, Parameter.StartShutdownOnFail | Parameter.StartPriorityWork));
    }

    private void Shutdown() => MsQuicApi.Get().Table->ConnectionShutdown(_connection, 0, _errorCode);

    private void LetGo(NativeHandle connection)
    {
        if (_handle is null)
        {
            connection.EndUse();
        }
        else
        {
            _handle.LetGo();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint OnEvent(nint handle, void* context, StreamEvent* item)
    {
        // In bounds: the context is the handle that the stream was given, and the event is msquic's for the time of the call.
        ClosingStream closing = (ClosingStream)GCHandle.FromIntPtr((nint)context).Target!;
        if (item->Type == StreamEventType.StartComplete)
        {
            closing.Shutdown();
        }
        else if (item->Type == StreamEventType.ShutdownComplete)
        {
            ConnectionParameters.WriteReason(closing._connection, closing._reason);
            closing._handle!.LetGo();
        }

        return Status.Success;
    }
}
