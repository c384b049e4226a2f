using System.Globalization;
using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>
/// One connection from its handshake to its end: echoes on streams that are checked byte by byte, resets, stops, datagrams, and one of several ends.
/// </summary>
internal sealed class QuicSoakLife : IDisposable
{
    private const int MaxLength = 64 * 1024;
    private const uint CloseCode = 7;
    private const string CloseReason = "enough";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly QuicSoakCounts _counts;
    private readonly Random _random;
    private readonly MsQuicCarrier _carrier;
    private readonly WebTransportConnection _connection;
    private readonly WebTransportPump _pump;
    private readonly Uri _uri;
    private readonly QuicSoakEcho _echo;
    private readonly TaskCompletionSource<WebTransportSession> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WebTransportEvent> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _serverCloses;
    private bool _isEnding;

    private QuicSoakLife(Uri uri, MsQuicCarrier carrier, Random random, QuicSoakCounts counts)
    {
        _uri = uri;
        _carrier = carrier;
        _random = random;
        _counts = counts;
        _echo = new QuicSoakEcho(counts);
        _serverCloses = random.Next(4) == 0;
        WebTransportConnectionOptions options = new() { RequireReliableReset = false };
        _connection = new WebTransportConnection(WebTransportRole.Client, carrier, options);
        _pump = new WebTransportPump(_connection, carrier, Handle);
    }

    /// <summary>Lives as long as it wants to, or until it is told to come to its end.</summary>
    public static async Task RunAsync(Uri uri, Random random, QuicSoakCounts counts, CancellationToken stop)
    {
        MsQuicClientOptions options = new()
        {
            ServerCertificateHashes = [Convert.FromHexString(uri.Fragment.AsSpan(1))],
            IdleTimeout = Patience,
            KeepAlive = QuicSoakOptions.IdleTimeout / 3,
            Carrier = new QuicCarrierOptions { DrainTimeout = TimeSpan.FromMilliseconds(random.Next(500)) },
        };
        MsQuicCarrier carrier;
        try
        {
            carrier = await MsQuicCarrier.ConnectAsync(uri.Host, uri.Port, options, CancellationToken.None);
        }
        catch (MsQuicException exception) when (exception.IsConnectionRefused)
        {
            // msquic takes no new connections while its threads lag, as they do where other work has the processors.
            Interlocked.Increment(ref counts.Refused);
            await Task.Delay(random.Next(1000), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        catch (MsQuicException exception)
        {
            Interlocked.Increment(ref counts.ConnectFailures);
            counts.AddDetail(exception.Message);
            return;
        }

        await using (carrier)
        {
            using QuicSoakLife life = new(uri, carrier, random, counts);
            await life.RunAsync(stop);
        }
    }

    public void Dispose() => _connection.Dispose();

    private async Task RunAsync(CancellationToken stop)
    {
        Task pumping = _pump.RunAsync(CancellationToken.None);
        try
        {
            WebTransportSession session = await _open.Task.WaitAsync(Patience, CancellationToken.None);
            Interlocked.Increment(ref _counts.Opened);
            await ActAsync(session, stop);
            Volatile.Write(ref _isEnding, true);
            await EndAsync(session);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _counts.UnexpectedEnds);
            _counts.AddDetail("nothing came in time");
            Volatile.Write(ref _isEnding, true);
        }
        catch (IOException exception)
        {
            Interlocked.Increment(ref _counts.ConnectFailures);
            _counts.AddDetail(exception.Message);
        }

        await _carrier.DisposeAsync();
        await pumping;
    }

    private async Task ActAsync(WebTransportSession session, CancellationToken stop)
    {
        for (int acts = _random.Next(5, 60); acts > 0 && !stop.IsCancellationRequested && !_closed.Task.IsCompleted; acts--)
        {
            await _pump.InvokeAsync(_ => Act(session), CancellationToken.None);
            await Task.Delay(_random.Next(100, 1000), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Act(WebTransportSession session)
    {
        int act = _random.Next(10);
        if (act == 0 && !_serverCloses)
        {
            Interlocked.Increment(ref _counts.DatagramsSent);
            session.SendDatagram(new byte[_random.Next(1, 1000)]);
        }
        else if (act == 1 && session.TryOpenStream(WebTransportStreamDirection.Unidirectional, out long oneWay))
        {
            session.Send(oneWay, new byte[_random.Next(1000)], endStream: true);
        }
        else if (session.TryOpenStream(WebTransportStreamDirection.Bidirectional, out long streamId))
        {
            _echo.Begin(session, streamId, _random.Next(8) == 0 ? MaxLength : _random.Next(2000), ends: act > 3);
            if (act == 2)
            {
                Interlocked.Increment(ref _counts.Resets);
                session.ResetStream(streamId, 1);
                _echo.Forget(streamId);
            }
            else if (act == 3)
            {
                Interlocked.Increment(ref _counts.Stops);
                session.StopSending(streamId, 2);
                session.ResetStream(streamId, 3);
                _echo.Forget(streamId);
            }
        }
    }

    private async Task EndAsync(WebTransportSession session)
    {
        if (_serverCloses)
        {
            // The server closes on the first datagram that comes, and datagrams may be lost.
            for (int i = 0; i < 20 && !_closed.Task.IsCompleted; i++)
            {
                Interlocked.Increment(ref _counts.DatagramsSent);
                await _pump.InvokeAsync(_ => session.SendDatagram("close"u8), CancellationToken.None);
                await Task.WhenAny(_closed.Task, Task.Delay(500));
            }

            WebTransportEvent closed = await _closed.Task.WaitAsync(Patience);
            Interlocked.Increment(ref _counts.Closed);
            if (closed.Code != CloseCode || closed.Reason != CloseReason)
            {
                Interlocked.Increment(ref _counts.Wrong);
                _counts.AddDetail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{closed.Kind} with code {closed.Code} '{closed.Reason}', 0x{closed.ErrorCode:x}, {closed.Error} {closed.Cause}"));
            }

            return;
        }

        switch (_random.Next(3))
        {
            case 0:
                await _pump.InvokeAsync(_ => session.Close(1, "done"), CancellationToken.None);
                Interlocked.Increment(ref _counts.Closed);
                break;
            case 1:
                _carrier.Close(_random.Next(1000), "aborted");
                Interlocked.Increment(ref _counts.Aborted);
                break;
            default:
                Interlocked.Increment(ref _counts.Aborted);
                break;
        }
    }

    private void Handle(WebTransportEvent item)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.Ready:
                _connection.Connect(_uri.Authority, _serverCloses ? $"/echo?close={CloseCode}&reason={CloseReason}" : "/echo");
                break;
            case WebTransportEventKind.SessionOpened:
                _open.TrySetResult(item.Session!);
                break;
            case WebTransportEventKind.SessionClosed:
                _closed.TrySetResult(item);
                break;
            case WebTransportEventKind.StreamData or WebTransportEventKind.StreamFinished:
                _echo.Receive(item);
                break;
            case WebTransportEventKind.LimitsRaised:
                _echo.GoOn(item.Session!);
                break;
            case WebTransportEventKind.Datagram:
                Interlocked.Increment(ref _counts.DatagramsBack);
                break;
            case WebTransportEventKind.ConnectionClosed:
                OnConnectionClosed(item);
                break;
            default:
                break;
        }
    }

    private void OnConnectionClosed(WebTransportEvent item)
    {
        _open.TrySetException(new IOException($"The connection ended early: {item.Cause} {item.Reason}"));
        _closed.TrySetResult(item);
        if (!Volatile.Read(ref _isEnding))
        {
            Interlocked.Increment(ref _counts.UnexpectedEnds);
            _counts.AddDetail(string.Create(CultureInfo.InvariantCulture, $"ended with {item.ErrorCode:x} {item.Cause} '{item.Reason}'"));
        }
    }
}
