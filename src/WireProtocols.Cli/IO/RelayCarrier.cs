using System.Buffers;
using System.Net.Sockets;
using System.Text;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.IO;

/// <summary>A QUIC connection that another process has, and that crosses a local TCP connection as <see cref="RelayMessage"/>s.</summary>
internal sealed class RelayCarrier : IQuicCarrier
{
    private const int MaxBacklog = 4 * 1024 * 1024;
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly RelayRoom _room = new();
    private readonly Task _writing;

    private byte[] _input = new byte[64 * 1024];
    private int _start;
    private int _end;
    private ArrayBufferWriter<byte> _output = new();
    private TaskCompletionSource? _backlogIsLess;
    private int _inFlight;
    private bool _broken;
    private int _isDisposed;

    private RelayCarrier(Socket socket)
    {
        _socket = socket;
        _writing = WriteAsync();
    }

    public int MaxDatagramSize { get; private set; }

    public bool SupportsReliableReset => false;

    /// <summary>Waits for the carrier's first message. The socket is disposed of where it does not come.</summary>
    /// <returns>Null where it is not what it has to be.</returns>
    public static async Task<RelayCarrier?> OpenAsync(Socket socket, CancellationToken stop)
    {
        socket.NoDelay = true;
        RelayCarrier carrier = new(socket);
        try
        {
            while (await carrier.WaitToReadAsync(stop))
            {
                if (carrier.TryTake(out RelayMessage message, out _))
                {
                    carrier.MaxDatagramSize = (int)Math.Min(message.Value, ushort.MaxValue);
                    carrier._room.IsCounted = message.StreamId == 1;
                    return message.Kind == RelayKind.Open ? carrier : await RefuseAsync(carrier);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await carrier.DisposeAsync();
            throw;
        }

        return await RefuseAsync(carrier);
    }

    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (_broken || Volatile.Read(ref _isDisposed) != 0)
        {
            return false;
        }

        if (HasMessage())
        {
            return true;
        }

        // What is left is the start of a message.
        _input.AsSpan(_start, _end - _start).CopyTo(_input);
        (_start, _end) = (0, _end - _start);
        if (_end == _input.Length)
        {
            Array.Resize(ref _input, Math.Min(2 * _input.Length, RelayMessage.MaxHeaderSize + RelayMessage.MaxLength));
        }

        try
        {
            int read = await _socket.ReceiveAsync(_input.AsMemory(_end), cancellationToken);
            if (Volatile.Read(ref _isDisposed) != 0)
            {
                // The bytes before these may have gone to whoever disposes.
                return false;
            }

            _end += read;
            return read > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public bool TryRead(out QuicEvent item)
    {
        item = default;
        RelayMessage message;
        ReadOnlyMemory<byte> payload;
        do
        {
            if (!TryTake(out message, out payload))
            {
                return false;
            }
        }
        while (message.Kind == RelayKind.Taken && !_room.Taken(message.StreamId, message.Value));

        item = new QuicEvent
        {
            Kind = message.Kind switch
            {
                RelayKind.Stream or RelayKind.StreamEnd => QuicEventKind.Stream,
                RelayKind.Datagram => QuicEventKind.Datagram,
                RelayKind.Reset => QuicEventKind.Reset,
                RelayKind.StopSending => QuicEventKind.StopSending,
                RelayKind.Taken => QuicEventKind.Writable,
                _ => QuicEventKind.Close,
            },
            StreamId = message.StreamId,
            Data = payload,
            EndStream = message.Kind == RelayKind.StreamEnd,
            ErrorCode = message.Value,
            Reason = message.Kind == RelayKind.Close ? Encoding.UTF8.GetString(payload.Span) : null,
        };
        return true;
    }

    /// <summary>Waits while too much is under way to the carrier: nothing more is read from it until then.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        Task? room = null;
        lock (_gate)
        {
            if (_output.WrittenCount + _inFlight > MaxBacklog && !_broken)
            {
                _backlogIsLess ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _backlogIsLess.Task;
            }
        }

        if (room is not null)
        {
            await room.WaitAsync(cancellationToken);
        }
    }

    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        _room.Sent(streamId, data.Length);
        while (data.Length > RelayMessage.MaxLength)
        {
            Send(RelayKind.Stream, streamId, 0, data[..RelayMessage.MaxLength]);
            data = data[RelayMessage.MaxLength..];
        }

        Send(endStream ? RelayKind.StreamEnd : RelayKind.Stream, streamId, 0, data);
    }

    public void SendDatagram(ReadOnlySpan<byte> datagram) => Send(RelayKind.Datagram, 0, 0, datagram);

    public void ResetStream(long streamId, long errorCode, long reliableSize)
    {
        _room.Forget(streamId);
        Send(RelayKind.Reset, streamId, errorCode, default);
    }

    public long GetRoom(long streamId) => _room.Get(streamId);

    public void SetReceiving(long streamId, bool isReceiving)
    {
        if (_room.IsCounted)
        {
            Send(isReceiving ? RelayKind.Resume : RelayKind.Pause, streamId, 0, default);
        }
    }

    public void StopSending(long streamId, long errorCode) => Send(RelayKind.StopSending, streamId, errorCode, default);

    public void Close(long errorCode, string reason) => Send(RelayKind.Close, 0, errorCode, Encoding.UTF8.GetBytes(reason));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        _givingUp.CancelAfter(LingerTime);
        await _writing;
        await LingerAsync();
        _socket.Dispose();
        _wake.Dispose();
        _stopping.Dispose();
        _givingUp.Dispose();
    }

    /// <summary>Reads what still comes: a socket that is closed over unread bytes sends a reset, which overtakes the last that was written.</summary>
    private async Task LingerAsync()
    {
        using CancellationTokenSource late = new(LingerTime);
        try
        {
            // Not into the input, of which a reader may still have the last event.
            byte[] rest = new byte[16 * 1024];
            _socket.Shutdown(SocketShutdown.Send);
            while (await _socket.ReceiveAsync(rest, late.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The other process is gone, or does not hang up.
        }
    }

    private static async Task<RelayCarrier?> RefuseAsync(RelayCarrier carrier)
    {
        await carrier.DisposeAsync();
        return null;
    }

    private bool HasMessage()
        => RelayMessage.Decode(_input.AsSpan(_start, _end - _start), out RelayMessage message, out int headerSize) == OperationStatus.Done
            && _end - _start - headerSize >= message.Length;

    private bool TryTake(out RelayMessage message, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        OperationStatus status = RelayMessage.Decode(_input.AsSpan(_start, _end - _start), out message, out int headerSize);
        _broken |= status == OperationStatus.InvalidData;
        if (status != OperationStatus.Done || _end - _start - headerSize < message.Length)
        {
            return false;
        }

        payload = _input.AsMemory(_start + headerSize, message.Length);
        _start += headerSize + message.Length;
        return true;
    }

    private void Send(RelayKind kind, long streamId, long value, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_broken)
            {
                return;
            }

            new RelayMessage(kind, streamId, value, payload.Length).WriteTo(_output, payload);
        }

        _wake.Release();
    }

    /// <summary>Writes what there is, and at the end all that is left.</summary>
    private async Task WriteAsync()
    {
        ArrayBufferWriter<byte> spare = new();
        try
        {
            bool stopping = false;
            while (!stopping)
            {
                stopping = await WaitAsync();
                lock (_gate)
                {
                    (_output, spare) = (spare, _output);
                    _inFlight = spare.WrittenCount;
                }

                for (ReadOnlyMemory<byte> rest = spare.WrittenMemory; !rest.IsEmpty;)
                {
                    rest = rest[await _socket.SendAsync(rest, _givingUp.Token)..];
                }

                spare.ResetWrittenCount();
                MakeRoom(broken: false);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The other process is gone, or does not read at the end.
            MakeRoom(broken: true);
        }
    }

    private async Task<bool> WaitAsync()
    {
        try
        {
            await _wake.WaitAsync(_stopping.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private void MakeRoom(bool broken)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _broken |= broken;
            _inFlight = 0;
            (room, _backlogIsLess) = (_backlogIsLess, null);
        }

        room?.SetResult();
    }
}
