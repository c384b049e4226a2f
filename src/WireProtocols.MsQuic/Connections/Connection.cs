using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>One connection's handle, which is let go with its last event, and what its events become.</summary>
internal sealed unsafe class Connection
{
    private readonly QuicEventQueue _events;
    private readonly QuicConnectionRoom _room;
    private readonly ServerTrust? _trust;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NativeHandle? _handle;
    private MsQuicException? _refusal;
    private QuicEvent? _closedByPeer;
    private bool _isConnected;
    private int _isClosed;

    public Connection(QuicCarrierOptions options, QuicEventQueue events, QuicConnectionRoom room, ServerTrust? trust)
    {
        _events = events;
        _room = room;
        _trust = trust;
        Datagrams = new DatagramSide(options.MaxWaitingDatagrams, events);
    }

    public DatagramSide Datagrams { get; }

    public NativeHandle Handle => _handle!;

    /// <summary>Given a stream that the peer has opened: its id and its handle.</summary>
    public Action<long, nint>? StreamStarted { get; set; }

    /// <summary>Given the end that the connection has to come to, since an event could not be dealt with.</summary>
    public required Action<QuicEvent> HasFailed { get; init; }

    /// <summary>Ends when the handshake is done and it is known whether there are datagrams; fails where the connection ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Ends with the connection's last event.</summary>
    public Task Over => _over.Task;

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    /// <summary>Begins a connection to a server.</summary>
    /// <exception cref="MsQuicException">It cannot even begin.</exception>
    public void Start(Configuration configuration, IPEndPoint endPoint, string serverName)
    {
        ApiTable* table = MsQuicApi.Get().Table;
        GCHandle self = GCHandle.Alloc(this);
        nint connection;
        delegate* unmanaged[Cdecl]<nint, void*, ConnectionEvent*, uint> callback = &OnEvent;

        // In bounds: the handle is written to a local of its size; the context stays until the handle is closed.
        uint status = table->ConnectionOpen(MsQuicApi.Get().Registration, callback, (void*)GCHandle.ToIntPtr(self), &connection);
        if (Status.HasFailed(status))
        {
            self.Free();
            MsQuicApi.Check(status, "connect");
        }

        _handle = new NativeHandle(connection, table->ConnectionClose, self, null);
        byte* address = stackalloc byte[NativeAddress.Size];
        NativeAddress.Write(endPoint, address);

        // In bounds: the address is as long as is said, and the name ends with a zero; both are only read during the calls.
        status = table->SetParam(connection, Parameter.ConnectionRemoteAddress, NativeAddress.Size, address);
        fixed (byte* name = Encoding.ASCII.GetBytes(serverName + '\0'))
        {
            status = Status.HasFailed(status)
                ? status
                : table->ConnectionStart(
                    connection, configuration.Handle, NativeAddress.GetFamily(endPoint.AddressFamily), name, (ushort)endPoint.Port);
        }

        if (Status.HasFailed(status))
        {
            _handle.LetGo();
            MsQuicApi.Check(status, "connect");
        }
    }

    /// <summary>Takes a connection over that a client has begun, in the callback that tells of it.</summary>
    /// <returns>What the callback answers.</returns>
    public uint Adopt(Configuration configuration, nint connection)
    {
        ApiTable* table = MsQuicApi.Get().Table;
        uint status = table->ConnectionSetConfiguration(connection, configuration.Handle);
        if (Status.HasFailed(status))
        {
            return status;
        }

        GCHandle self = GCHandle.Alloc(this);
        delegate* unmanaged[Cdecl]<nint, void*, ConnectionEvent*, uint> callback = &OnEvent;
        _handle = new NativeHandle(connection, table->ConnectionClose, self, null);

        // In bounds: the context stays until the handle is closed.
        table->SetCallbackHandler(connection, callback, (void*)GCHandle.ToIntPtr(self));
        return Status.Success;
    }

    /// <summary>Closes the connection; nothing more is told of it. What was sent may be lost.</summary>
    /// <param name="errorCode">The code.</param>
    /// <param name="reason">The reason, or "".</param>
    public void Close(long errorCode, string reason)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        _events.End();
        _room.End();
        if (!Handle.TryUse(out nint connection))
        {
            return;
        }

        if (reason.Length > 0)
        {
            ClosingStream.Close(Handle, connection, errorCode, reason);
            return;
        }

        MsQuicApi.Get().Table->ConnectionShutdown(connection, 0, (ulong)errorCode);
        Handle.EndUse();
    }

    /// <summary>A stream has ended, on msquic's thread, because the connection does: the peer's reason can be read.</summary>
    public void OnStreamOver()
    {
        if (_closedByPeer is not null && Handle.TryUse(out nint connection))
        {
            TellClosedByPeer(connection);
            Handle.EndUse();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception crosses into native code.")]
    private static uint OnEvent(nint handle, void* context, ConnectionEvent* item)
    {
        // In bounds: the context is the handle that the connection was given, and the event is msquic's for the time of the call.
        Connection connection = (Connection)GCHandle.FromIntPtr((nint)context).Target!;
        try
        {
            return connection.Dispatch(handle, ref *item);
        }
        catch (Exception exception)
        {
            return ConnectionEnd.Fail(connection.HasFailed, exception);
        }
    }

    private uint Dispatch(nint connection, ref ConnectionEvent item)
    {
        switch (item.Type)
        {
            case ConnectionEventType.Connected:
                _isConnected = true;
                if (!Datagrams.IsKnown && !ConnectionParameters.IsDatagramSendEnabled(connection))
                {
                    Datagrams.Change(isEnabled: false, 0);
                }

                LookIfReady();
                break;
            case ConnectionEventType.DatagramStateChanged:
                Datagrams.Change(item.DatagramSendEnabled != 0, item.MaxDatagramSize);
                LookIfReady();
                break;
            case ConnectionEventType.DatagramReceived:
                Datagrams.Receive(item);
                break;
            case ConnectionEventType.DatagramSendStateChanged:
                Datagrams.Complete(ref item);
                break;
            case ConnectionEventType.PeerStreamStarted:
                StreamStarted?.Invoke(ConnectionParameters.ReadStreamId(item.Stream), item.Stream);
                break;
            case ConnectionEventType.PeerCertificateReceived:
                _refusal = PeerCertificate.Judge(_trust, item);
                return _refusal is null ? Status.Success : Status.BadCertificate;
            case ConnectionEventType.ShutdownByPeer:
                // The reason is there a little later, when the first stream ends by it.
                Interlocked.Exchange(ref _isClosed, 1);
                _closedByPeer = new QuicEvent { Kind = QuicEventKind.Close, ErrorCode = (long)item.PeerErrorCode };
                break;
            case ConnectionEventType.ShutdownByTransport:
                End(ConnectionEnd.Describe(item), Status.IsRefused(item.Status));
                break;
            case ConnectionEventType.ShutdownComplete:
                TellClosedByPeer(connection);
                _events.End();
                _room.End();
                _ready.TrySetException(_refusal ?? new MsQuicException("The connection ended before it was there."));
                _over.TrySetResult();
                Handle.LetGo();
                break;
            default:
                break;
        }

        return Status.Success;
    }

    /// <summary>How large a datagram may be is told on its own, before or after the handshake is done; both are waited for.</summary>
    private void LookIfReady()
    {
        if (_isConnected && Datagrams.IsKnown)
        {
            _ready.TrySetResult();
        }
    }

    private void End(QuicEvent close, bool isRefused = false)
    {
        Interlocked.Exchange(ref _isClosed, 1);
        _ready.TrySetException(_refusal ?? new MsQuicException(
            string.Create(CultureInfo.InvariantCulture, $"There is no connection: {close.Reason ?? $"closed with 0x{close.ErrorCode:x}"}."))
        {
            IsConnectionRefused = isRefused,
        });
        _events.End(close);
        _room.End();
    }

    private void TellClosedByPeer(nint connection)
    {
        if (_closedByPeer is { } close)
        {
            _closedByPeer = null;
            End(close with { Reason = ConnectionParameters.ReadReason(connection) });
        }
    }
}
