using System.Collections.Concurrent;
using System.Net;
using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>
/// A carrier over msquic: streams and datagrams. A client's is made by <see cref="ConnectAsync"/>, a server's by <see cref="MsQuicListener"/>.
/// </summary>
/// <remarks>
/// msquic does not tell of the reset that answers one's own STOP_SENDING, so it is told here, with the code that was sent. It follows a client that
/// changes its address by itself.
/// </remarks>
public sealed class MsQuicCarrier : IQuicCarrier
{
    private readonly QuicCarrierOptions _options;
    private readonly QuicEventQueue _events;
    private readonly QuicConnectionRoom _room;
    private readonly QuicStreamIds _ids = new();
    private readonly ConcurrentDictionary<long, MsQuicStream> _streams = new();
    private readonly Connection _connection;
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDisposed;

    private MsQuicCarrier(QuicCarrierOptions options, ServerTrust? trust)
    {
        _options = options;
        _events = new QuicEventQueue(options);
        _room = new QuicConnectionRoom(options.ConnectionRoom);
        _connection = new Connection(options, _events, _room, trust) { StreamStarted = Adopt, HasFailed = GiveUp };
    }

    /// <inheritdoc/>
    public int MaxDatagramSize => _connection.Datagrams.MaxSize;

    /// <inheritdoc/>
    /// <remarks>
    /// msquic 2.7 has it as a preview, which is not used: it sends the final size of a stream before it has sent the stream's data, which ends the
    /// connection with FINAL_SIZE_ERROR.
    /// </remarks>
    public bool SupportsReliableReset => false;

    /// <summary>The address of this side, or null where the connection is over.</summary>
    public IPEndPoint? LocalEndPoint => ConnectionParameters.GetAddress(_connection.Handle, Parameter.ConnectionLocalAddress);

    /// <summary>The address of the other side, as it is now; null where the connection is over.</summary>
    public IPEndPoint? RemoteEndPoint => ConnectionParameters.GetAddress(_connection.Handle, Parameter.ConnectionRemoteAddress);

    /// <summary>The connection itself, for tests of what it does where something fails.</summary>
    internal Connection Connection => _connection;

    /// <summary>Ends when the handshake is done and the size of datagrams is known.</summary>
    internal Task Ready => _connection.Ready;

    /// <summary>Connects to a server.</summary>
    /// <param name="host">Its name or address; the name is that of its certificate.</param>
    /// <param name="port">Its UDP port.</param>
    /// <param name="options">Limits and trust; the defaults where null.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="PlatformNotSupportedException">There is no msquic here (<see cref="MsQuicLibrary"/>).</exception>
    /// <exception cref="MsQuicException">There is no connection to be had, or the certificate is not trusted.</exception>
    public static async Task<MsQuicCarrier> ConnectAsync(
        string host, int port, MsQuicClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        MsQuicApi.Get();
        options ??= new MsQuicClientOptions();
        string name = HostName.ToAscii(host);
        IPEndPoint endPoint = new(await HostName.ResolveAsync(name, cancellationToken).ConfigureAwait(false), port);
        MsQuicCarrier carrier = new(options.Carrier, new ServerTrust(name, options));
        using (ClientConfigurations.Rented rented = ClientConfigurations.Rent(options))
        {
            carrier._connection.Start(rented.Configuration, endPoint, name);
        }

        try
        {
            await carrier.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            return carrier;
        }
        catch
        {
            carrier._connection.Close(WebTransportErrorCode.NoError, "");
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _events.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out QuicEvent item) => _events.TryRead(out item);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => _room.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!_streams.TryGetValue(streamId, out MsQuicStream? stream))
        {
            if (!_ids.TryOpen(streamId) || !_connection.Handle.TryUse(out nint connection))
            {
                return;
            }

            // It is known before it can be over.
            _streams[streamId] = stream = Create(streamId);
            if (!stream.TryOpen(_connection.Handle, connection))
            {
                _streams.TryRemove(streamId, out _);
                return;
            }
        }

        if (!data.IsEmpty || endStream)
        {
            stream.Send(data, endStream);
        }
    }

    /// <inheritdoc/>
    public void SendDatagram(ReadOnlySpan<byte> datagram) => _connection.Datagrams.Send(_connection.Handle, datagram);

    /// <inheritdoc/>
    public void ResetStream(long streamId, long errorCode, long reliableSize) => Find(streamId)?.Reset(errorCode);

    /// <inheritdoc/>
    public void StopSending(long streamId, long errorCode) => Find(streamId)?.Stop(errorCode);

    /// <inheritdoc/>
    public long GetRoom(long streamId) => Find(streamId)?.Room ?? long.MaxValue;

    /// <inheritdoc/>
    public void SetReceiving(long streamId, bool isReceiving) => Find(streamId)?.SetReceiving(isReceiving);

    /// <inheritdoc/>
    /// <remarks>Of the reason, msquic sends at most 511 bytes.</remarks>
    public void Close(long errorCode, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _connection.Close(errorCode, reason);
    }

    /// <summary>
    /// Waits a moment for what was sent to arrive, and then for the peer to close (<see cref="QuicCarrierOptions.DrainTimeout"/>);
    /// closes the connection with H3_NO_ERROR where it is open, and lets it go. What a peer has not read when a connection is closed, it does
    /// not get.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            await _disposed.Task.ConfigureAwait(false);
            return;
        }

        using CancellationTokenSource patience = new(_options.DrainTimeout);
        Task leaving = _connection.IsClosed ? Task.CompletedTask : Task.WhenAll(_streams.Values.Select(s => s.WhenLeftAsync()));
        if (!leaving.IsCompleted)
        {
            await WaitAsync(leaving, patience.Token).ConfigureAwait(false);
            await WaitAsync(_connection.Over, patience.Token).ConfigureAwait(false);
        }

        _connection.Close(WebTransportErrorCode.NoError, "");
        await WaitAsync(_connection.Over, CancellationToken.None).ConfigureAwait(false);
        _disposed.SetResult();
    }

    /// <summary>Takes a connection over that a client has begun.</summary>
    /// <param name="configuration">The server's.</param>
    /// <param name="options">Limits.</param>
    /// <param name="connection">The handle.</param>
    /// <param name="status">What msquic is to be told; where it is a failure, the connection stays msquic's.</param>
    internal static MsQuicCarrier Accept(Configuration configuration, QuicCarrierOptions options, nint connection, out uint status)
    {
        MsQuicCarrier carrier = new(options, null);
        status = carrier._connection.Adopt(configuration, connection);
        return carrier;
    }

    private static async Task WaitAsync(Task task, CancellationToken patience)
        => await task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private MsQuicStream? Find(long streamId) => _streams.TryGetValue(streamId, out MsQuicStream? stream) ? stream : null;

    private MsQuicStream Create(long streamId) => new(streamId, _options, _events, _room, OnStreamOver, GiveUp);

    /// <summary>Closes the connection, and tells both sides why.</summary>
    private void GiveUp(QuicEvent close)
    {
        _events.End(close);
        _connection.Close(close.ErrorCode, close.Reason ?? "");
    }

    private void OnStreamOver(long streamId, bool isConnectionOver)
    {
        _streams.TryRemove(streamId, out _);
        if (isConnectionOver)
        {
            _connection.OnStreamOver();
        }
    }

    private void Adopt(long streamId, nint stream)
    {
        _ids.SeePeer(streamId);
        if (_connection.Handle.TryUse(out _))
        {
            MsQuicStream adopted = Create(streamId);
            adopted.Adopt(_connection.Handle, stream);
            _streams[streamId] = adopted;
        }

        if (_events.IsOverfull)
        {
            GiveUp(QuicEventQueue.Overload);
        }
    }
}
