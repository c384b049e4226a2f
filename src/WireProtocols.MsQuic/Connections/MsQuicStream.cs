using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>One stream: its handle, which is let go with its last event, and its two sides.</summary>
internal sealed unsafe class MsQuicStream
{
    private readonly SendSide _sending;
    private readonly ReceiveSide _receiving;
    private readonly Action<long, bool> _isOver;
    private readonly Action<QuicEvent> _hasFailed;
    private readonly long _id;
    private NativeHandle? _handle;

    /// <param name="id">The stream.</param>
    /// <param name="options">Limits.</param>
    /// <param name="events">Where what comes is told.</param>
    /// <param name="all">What waits on all streams.</param>
    /// <param name="isOver">Called when both sides are over, with whether the connection ends too.</param>
    /// <param name="hasFailed">Called with the end that the connection has to come to, since an event could not be dealt with.</param>
    public MsQuicStream(
        long id, QuicCarrierOptions options, QuicEventQueue events, QuicConnectionRoom all, Action<long, bool> isOver, Action<QuicEvent> hasFailed)
    {
        _hasFailed = hasFailed;
        _id = id;
        _isOver = isOver;
        _sending = new SendSide(id, options, events, all);
        _receiving = new ReceiveSide(id, events);
    }

    public long Room => _sending.Room;

    /// <summary>Opens it as one of this side's. It gets the next id of its kind, and waits for the peer's limit by itself.</summary>
    /// <param name="connection">The connection, of which it takes a use over.</param>
    /// <param name="connectionHandle">Its value.</param>
    /// <returns>False where the connection is over.</returns>
    public bool TryOpen(NativeHandle connection, nint connectionHandle)
    {
        ApiTable* table = MsQuicApi.Get().Table;
        GCHandle self = GCHandle.Alloc(this);
        nint stream;
        delegate* unmanaged[Cdecl]<nint, void*, StreamEvent*, uint> callback = &OnEvent;
        uint flags = (_id & 2) != 0 ? Parameter.OpenUnidirectional : 0;

        // In bounds: the handle is written to a local of its size; the context stays until the handle is closed.
        if (Status.HasFailed(table->StreamOpen(connectionHandle, flags, callback, (void*)GCHandle.ToIntPtr(self), &stream)))
        {
            self.Free();
            connection.EndUse();
            return false;
        }

        Begin(new NativeHandle(stream, table->StreamClose, self, connection));
        if (Status.HasFailed(table->StreamStart(stream, Parameter.StartShutdownOnFail)))
        {
            // It has not begun, so no event comes.
            _sending.End();
            _handle.LetGo();
            return false;
        }

        return true;
    }

    /// <summary>Takes one over that the peer has opened, in the callback that tells of it.</summary>
    /// <param name="connection">The connection, of which it takes a use over.</param>
    /// <param name="stream">The stream's handle.</param>
    public void Adopt(NativeHandle connection, nint stream)
    {
        ApiTable* table = MsQuicApi.Get().Table;
        GCHandle self = GCHandle.Alloc(this);
        delegate* unmanaged[Cdecl]<nint, void*, StreamEvent*, uint> callback = &OnEvent;
        Begin(new NativeHandle(stream, table->StreamClose, self, connection));

        // In bounds: the context stays until the handle is closed.
        table->SetCallbackHandler(stream, callback, (void*)GCHandle.ToIntPtr(self));
    }

    public void Send(ReadOnlySpan<byte> data, bool endStream) => _sending.Send(_handle!, data, endStream);

    public void Reset(long errorCode) => _sending.Reset(_handle!, errorCode);

    public void Stop(long errorCode) => _receiving.Stop(errorCode);

    public void SetReceiving(bool isReceiving) => _receiving.SetReceiving(isReceiving);

    /// <summary>Ends when the peer has all that was sent, and the end of a stream that was finished.</summary>
    public Task WhenLeftAsync() => _sending.WhenLeftAsync();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception crosses into native code.")]
    private static uint OnEvent(nint handle, void* context, StreamEvent* item)
    {
        // In bounds: the context is the handle that the stream was given, and the event is msquic's for the time of the call.
        MsQuicStream stream = (MsQuicStream)GCHandle.FromIntPtr((nint)context).Target!;
        try
        {
            return stream.Handle(ref *item);
        }
        catch (Exception exception)
        {
            // msquic goes on where a stream's event fails, and what it told would be lost without a word.
            return ConnectionEnd.Fail(stream._hasFailed, exception);
        }
    }

    [MemberNotNull(nameof(_handle))]
    private void Begin(NativeHandle handle)
    {
        _handle = handle;
        _receiving.Begin(handle);
    }

    private uint Handle(ref StreamEvent item)
    {
        switch (item.Type)
        {
            case StreamEventType.Receive:
                return _receiving.Receive(ref item);
            case StreamEventType.SendComplete:
                // In bounds: the context is the block that was sent.
                _sending.Complete((QuicBuffer*)item.SendContext);
                break;
            case StreamEventType.PeerSendShutdown:
                _receiving.End();
                break;
            case StreamEventType.PeerSendAborted:
                _receiving.ResetByPeer((long)item.ErrorCode);
                break;
            case StreamEventType.PeerReceiveAborted:
                _sending.StoppedByPeer(_handle!, (long)item.ErrorCode);
                break;
            case StreamEventType.SendShutdownComplete:
                _sending.End();
                break;
            case StreamEventType.IdealSendBufferSize:
                _sending.Adjust(item.IdealSize);
                break;
            case StreamEventType.ShutdownComplete:
                _sending.End();
                _isOver(_id, item.IsConnectionOver != 0);
                _handle!.LetGo();
                break;
            default:
                break;
        }

        return Status.Success;
    }
}
