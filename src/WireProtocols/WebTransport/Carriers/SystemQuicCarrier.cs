using System.Collections.Concurrent;
using System.Net.Quic;
using System.Runtime.Versioning;

namespace WireProtocols.WebTransport;

/// <summary>
/// A carrier over <see cref="QuicConnection"/>, where <see cref="QuicConnection.IsSupported"/>. The platform has streams and no datagrams
/// yet, so a connection over it needs <see cref="WebTransportConnectionOptions.RequireDatagrams"/> to be false, and a peer that bears it.
/// </summary>
/// <remarks>
/// The platform tells no reason of a close and sends none, it answers a STOP_SENDING of the peer with code 0 by itself, and it does not tell
/// of the reset that answers one's own; that reset is told here, with the code that was sent.
/// </remarks>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public sealed class SystemQuicCarrier : IQuicCarrier
{
    private readonly QuicConnection _connection;
    private readonly QuicCarrierOptions _options;
    private readonly QuicEventQueue _events;
    private readonly QuicConnectionRoom _room;
    private readonly QuicStreamIds _ids = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, SystemQuicStream> _streams = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The opening of the last stream of each type: a type that has to wait for the peer does not hold the other up.</summary>
    private readonly Task[] _openings = [Task.CompletedTask, Task.CompletedTask];

    private int _isClosed;
    private int _isDisposed;

    /// <summary>Creates a carrier over a connection, which it owns from here on.</summary>
    /// <param name="connection">The connection, whose peer may open at least the three unidirectional streams of HTTP/3.</param>
    /// <param name="options">Limits; the defaults where null.</param>
    public SystemQuicCarrier(QuicConnection connection, QuicCarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _options = options ?? new QuicCarrierOptions();
        _events = new QuicEventQueue(_options);
        _room = new QuicConnectionRoom(_options.ConnectionRoom);
        _ = AcceptAsync();
    }

    /// <inheritdoc/>
    public int MaxDatagramSize => 0;

    /// <inheritdoc/>
    public bool SupportsReliableReset => false;

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _events.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out QuicEvent item) => _events.TryRead(out item);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => _room.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (_streams.TryGetValue(streamId, out SystemQuicStream? stream))
        {
            stream.Send(data, endStream);
        }
        else if (_ids.TryOpen(streamId))
        {
            stream = Add(streamId);
            stream.Send(data, endStream);
            ref Task before = ref _openings[(streamId >> 1) & 1];
            before = OpenAsync(before, streamId, stream);
        }
    }

    /// <inheritdoc/>
    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        // The platform has none; a datagram may always be lost.
    }

    /// <inheritdoc/>
    public void ResetStream(long streamId, long errorCode, long reliableSize) => Find(streamId)?.Reset(errorCode);

    /// <inheritdoc/>
    public void StopSending(long streamId, long errorCode) => Find(streamId)?.Stop(errorCode);

    /// <inheritdoc/>
    public long GetRoom(long streamId) => Find(streamId)?.Room ?? long.MaxValue;

    /// <inheritdoc/>
    public void SetReceiving(long streamId, bool isReceiving) => Find(streamId)?.SetReceiving(isReceiving);

    /// <inheritdoc/>
    /// <remarks>The reason is not sent: the platform has no way to.</remarks>
    public void Close(long errorCode, string reason) => _ = CloseAsync(errorCode);

    /// <summary>
    /// Waits a moment for what was sent to arrive, and then for the peer to close (<see cref="QuicCarrierOptions.DrainTimeout"/>); closes the
    /// connection with H3_NO_ERROR where it is open, and lets it go. What a peer has not read when a connection is closed, it does not get; and of
    /// a stream that was not finished the platform does not tell what has arrived, so that its last bytes may be lost.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            await _disposed.Task.ConfigureAwait(false);
            return;
        }

        if (_isClosed == 0)
        {
            await DrainAsync().ConfigureAwait(false);
        }

        // The connection ends before its streams do: a control stream that ends first is an error to the peer (RFC 9114 §6.2.1).
        await CloseAsync(WebTransportErrorCode.NoError).ConfigureAwait(false);
        _events.End();
        _room.End();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _disposed.SetResult();
    }

    private SystemQuicStream? Find(long streamId) => _streams.TryGetValue(streamId, out SystemQuicStream? stream) ? stream : null;

    private SystemQuicStream Add(long streamId) => _streams[streamId] = new SystemQuicStream(streamId, _options, _events, _room);

    private async Task CloseAsync(long errorCode)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        _events.End();
        _room.End();
        try
        {
            await _connection.CloseAsync(errorCode).ConfigureAwait(false);
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            // It is over already.
        }
    }

    private async Task DrainAsync()
    {
        using CancellationTokenSource patience = new(_options.DrainTimeout);
        bool[] wereBusy = await Task.WhenAll(_streams.Values.Select(s => s.DrainAsync(patience.Token))).ConfigureAwait(false);
        if (wereBusy.Contains(true))
        {
            await _over.Task.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                QuicStream stream = await _connection.AcceptInboundStreamAsync(_stopping.Token).ConfigureAwait(false);
                _ids.SeePeer(stream.Id);
                _ = FollowAsync(stream, Add(stream.Id));
                if (_events.IsOverfull)
                {
                    // Not to accept would only move what waits to the platform, which has no limit for streams that are over.
                    _events.End(QuicEventQueue.Overload);
                    await CloseAsync(WebTransportErrorCode.ExcessiveLoad).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            if (SystemQuicErrors.GetClose(exception) is { } close)
            {
                Interlocked.Exchange(ref _isClosed, 1);
                _events.End(close);
            }

            _events.End();
            _room.End();
            _over.TrySetResult();
        }
    }

    /// <summary>Streams of a type are opened one after the other, so that they get the ids that the connection expects.</summary>
    private async Task OpenAsync(Task before, long streamId, SystemQuicStream carried)
    {
        try
        {
            await before.ConfigureAwait(false);
            QuicStreamType type = (streamId & 2) == 0 ? QuicStreamType.Bidirectional : QuicStreamType.Unidirectional;
            QuicStream stream = await _connection.OpenOutboundStreamAsync(type, _stopping.Token).ConfigureAwait(false);
            _ = FollowAsync(stream, carried);
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            carried.Fail();
            _streams.TryRemove(streamId, out _);
        }
    }

    private async Task FollowAsync(QuicStream stream, SystemQuicStream carried)
    {
        await carried.RunAsync(stream).ConfigureAwait(false);
        _streams.TryRemove(stream.Id, out _);
    }
}
