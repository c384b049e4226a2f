using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>
/// Something that is done on the thread of a connection of msquic's, where calls take effect at once and nothing comes between them. msquic has no
/// call for that; so a stream is opened and shut before it has begun, which the peer never hears of, and its last event is the turn.
/// </summary>
internal sealed unsafe class WorkerTurn
{
    private readonly Action _action;
    private NativeHandle? _handle;

    private WorkerTurn(Action action) => _action = action;

    /// <summary>Asks for a turn, after what was asked of the connection before.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="action">What to do. It must not throw.</param>
    /// <returns>False where there is none: the connection is over.</returns>
    public static bool TryTake(NativeHandle connection, Action action)
    {
        if (!connection.TryUse(out nint value))
        {
            return false;
        }

        ApiTable* table = MsQuicApi.Get().Table;
        WorkerTurn turn = new(action);
        GCHandle context = GCHandle.Alloc(turn);
        nint stream;
        delegate* unmanaged[Cdecl]<nint, void*, StreamEvent*, uint> callback = &OnEvent;

        // In bounds: the handle is written to a local of its size; the context stays until the handle is closed.
        if (Status.HasFailed(table->StreamOpen(value, Parameter.OpenUnidirectional, callback, (void*)GCHandle.ToIntPtr(context), &stream)))
        {
            context.Free();
            connection.EndUse();
            return false;
        }

        NativeHandle handle = new(stream, table->StreamClose, context, connection);
        turn._handle = handle;
        if (Status.HasFailed(table->StreamShutdown(stream, Parameter.AbortSend | Parameter.AbortReceive | Parameter.Immediate, 0)))
        {
            handle.LetGo();
            return false;
        }

        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint OnEvent(nint handle, void* context, StreamEvent* item)
    {
        if (item->Type == StreamEventType.ShutdownComplete)
        {
            // In bounds: the context is the handle that the stream was given, and the event is msquic's for the time of the call.
            WorkerTurn turn = (WorkerTurn)GCHandle.FromIntPtr((nint)context).Target!;
            turn._action();
            turn._handle!.LetGo();
        }

        return Status.Success;
    }
}
