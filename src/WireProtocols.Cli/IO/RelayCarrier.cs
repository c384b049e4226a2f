using System.Net.Sockets;
using System.Text;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.IO;

/// <summary>A QUIC connection that another process has, and that crosses a local TCP connection as <see cref="RelayMessage"/>s.</summary>
internal sealed class RelayCarrier : IQuicCarrier
{
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly RelayInput _input;
    private readonly RelayOutput _output;
    private readonly RelayRoom _room = new();
    private readonly Func<bool> _isOver;
    private int _isDisposed;

    private RelayCarrier(Socket socket)
    {
        _socket = socket;
        _input = new RelayInput(socket);
        _output = new RelayOutput(socket, LingerTime, TimeProvider.System);
        _isOver = () => Volatile.Read(ref _isDisposed) != 0;
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
                if (carrier._input.TryTake(out RelayMessage message, out _))
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

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _input.WaitAsync(_isOver, cancellationToken);

    public bool TryRead(out QuicEvent item)
    {
        item = default;
        RelayMessage message;
        ReadOnlyMemory<byte> payload;
        do
        {
            if (!_input.TryTake(out message, out payload))
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
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => _output.WaitForRoomAsync(cancellationToken);

    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        _room.Sent(streamId, data.Length);
        while (data.Length > RelayMessage.MaxLength)
        {
            _output.Send(RelayKind.Stream, streamId, 0, data[..RelayMessage.MaxLength]);
            data = data[RelayMessage.MaxLength..];
        }

        _output.Send(endStream ? RelayKind.StreamEnd : RelayKind.Stream, streamId, 0, data);
    }

    public void SendDatagram(ReadOnlySpan<byte> datagram) => _output.Send(RelayKind.Datagram, 0, 0, datagram);

    public void ResetStream(long streamId, long errorCode, long reliableSize)
    {
        _room.Forget(streamId);
        _output.Send(RelayKind.Reset, streamId, errorCode, default);
    }

    public long GetRoom(long streamId) => _room.Get(streamId);

    public void SetReceiving(long streamId, bool isReceiving)
    {
        if (_room.IsCounted)
        {
            _output.Send(isReceiving ? RelayKind.Resume : RelayKind.Pause, streamId, 0, default);
        }
    }

    public void StopSending(long streamId, long errorCode) => _output.Send(RelayKind.StopSending, streamId, errorCode, default);

    public void Close(long errorCode, string reason) => _output.Send(RelayKind.Close, 0, errorCode, Encoding.UTF8.GetBytes(reason));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _output.EndAsync();
        await LingerAsync();
        _socket.Dispose();
        _output.Dispose();
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
}
