using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Quic;
using System.Runtime.Versioning;
using System.Threading.Channels;

namespace WireProtocols.WebTransport;

/// <summary>
/// A carrier over <see cref="QuicConnection"/>, where <see cref="QuicConnection.IsSupported"/>. The platform has streams and no datagrams
/// yet, so a connection over it needs <see cref="WebTransportConnectionOptions.RequireDatagrams"/> to be false, and a peer that bears it.
/// </summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public sealed partial class SystemQuicCarrier : IQuicCarrier
{
    private const int ReadSize = 16 * 1024;

    private readonly QuicConnection _connection;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, CarriedStream> _streams = new();
    private readonly Channel<Received> _received = Channel.CreateBounded<Received>(new BoundedChannelOptions(64) { SingleReader = true });
    private Task _opening = Task.CompletedTask;
    private Received? _current;

    /// <summary>Creates a carrier over a connection, which it owns from here on.</summary>
    public SystemQuicCarrier(QuicConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _ = AcceptAsync();
    }

    /// <inheritdoc/>
    public int MaxDatagramSize => 0;

    /// <inheritdoc/>
    public bool SupportsReliableReset => false;

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _received.Reader.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out QuicEvent item)
    {
        // The memory of the last event is done with.
        _current?.Return();
        bool read = _received.Reader.TryRead(out _current);
        item = read ? _current!.Item : default;
        return read;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        foreach (CarriedStream stream in _streams.Values)
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
        => _streams.GetOrAdd(streamId, static (id, carrier) => carrier.Open(id), this).Write(data, endStream);

    /// <inheritdoc/>
    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        // The platform has none; a datagram may always be lost.
    }

    /// <inheritdoc/>
    public void ResetStream(long streamId, long errorCode, long reliableSize)
    {
        if (_streams.TryGetValue(streamId, out CarriedStream? stream))
        {
            stream.Abort(QuicAbortDirection.Write, errorCode);
        }
    }

    /// <inheritdoc/>
    public void StopSending(long streamId, long errorCode)
    {
        if (_streams.TryGetValue(streamId, out CarriedStream? stream))
        {
            stream.Abort(QuicAbortDirection.Read, errorCode);
        }
    }

    /// <inheritdoc/>
    public void Close(long errorCode, string reason) => _ = _connection.CloseAsync(errorCode).AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static bool IsEnd(Exception exception)
        => exception is QuicException or OperationCanceledException or ObjectDisposedException or ChannelClosedException or IOException
            or InvalidOperationException;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                QuicStream stream = await _connection.AcceptInboundStreamAsync(_stopping.Token).ConfigureAwait(false);
                _streams[stream.Id] = new CarriedStream(Task.FromResult(stream));
                _ = RunAsync(stream);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            long code = (exception as QuicException)?.ApplicationErrorCode ?? WebTransportErrorCode.NoError;
            _received.Writer.TryWrite(new Received(new QuicEvent { Kind = QuicEventKind.Close, ErrorCode = code }, null));
            _received.Writer.TryComplete();
        }
    }

    /// <summary>Streams are opened one after the other, so that they get the ids that the connection expects.</summary>
    private CarriedStream Open(long streamId)
    {
        QuicStreamType type = (streamId & 2) == 0 ? QuicStreamType.Bidirectional : QuicStreamType.Unidirectional;
        Task<QuicStream> opened = OpenAsync(_opening, type);
        _opening = opened;
        return new CarriedStream(opened);
    }

    private async Task<QuicStream> OpenAsync(Task before, QuicStreamType type)
    {
        await before.ConfigureAwait(false);
        QuicStream stream = await _connection.OpenOutboundStreamAsync(type, _stopping.Token).ConfigureAwait(false);
        _ = RunAsync(stream);
        return stream;
    }

    /// <summary>Follows a stream to its end on both sides.</summary>
    private async Task RunAsync(QuicStream stream)
    {
        Task receiving = stream.CanRead ? ReceiveAsync(stream) : Task.CompletedTask;
        Task sending = stream.CanWrite ? WatchAsync(stream) : Task.CompletedTask;
        await receiving.ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        _streams.TryRemove(stream.Id, out _);
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync(QuicStream stream)
    {
        try
        {
            int read;
            do
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
                read = await stream.ReadAsync(buffer, _stopping.Token).ConfigureAwait(false);
                QuicEvent item = new() { Kind = QuicEventKind.Stream, StreamId = stream.Id, Data = buffer.AsMemory(0, read), EndStream = read == 0 };
                await _received.Writer.WriteAsync(new Received(item, buffer), _stopping.Token).ConfigureAwait(false);
            }
            while (read > 0);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            await TellAsync(QuicEventKind.Reset, stream.Id, exception).ConfigureAwait(false);
        }
    }

    /// <summary>Notices that the peer does not read a stream any more.</summary>
    private async Task WatchAsync(QuicStream stream)
    {
        try
        {
            await stream.WritesClosed.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            await TellAsync(QuicEventKind.StopSending, stream.Id, exception).ConfigureAwait(false);
        }
    }

    /// <summary>Only what the peer did to the stream is told: the end of the connection is told once.</summary>
    private async Task TellAsync(QuicEventKind kind, long streamId, Exception exception)
    {
        if (exception is not QuicException { QuicError: QuicError.StreamAborted } aborted)
        {
            return;
        }

        try
        {
            QuicEvent item = new() { Kind = kind, StreamId = streamId, ErrorCode = aborted.ApplicationErrorCode.GetValueOrDefault() };
            await _received.Writer.WriteAsync(new Received(item, null), _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception late) when (IsEnd(late))
        {
            // Nobody reads any more.
        }
    }

    private sealed record Received(QuicEvent Item, byte[]? Buffer)
    {
        public void Return()
        {
            if (Buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(Buffer);
            }
        }
    }
}
