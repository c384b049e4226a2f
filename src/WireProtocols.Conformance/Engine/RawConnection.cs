using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace WireProtocols.Conformance;

/// <summary>How a wait for bytes ended.</summary>
internal enum FillResult
{
    Data,
    End,
    Reset,
    Silence,
}

/// <summary>
/// A connection to the subject, TCP or TLS over it: any bytes out, whatever comes in, nothing waited for without a bound.
/// </summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly IRawTransport _transport;
    private readonly ConformanceContext _context;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private FillResult? _ended;
    private bool _isDetached;

    private RawConnection(IRawTransport transport, ConformanceContext context)
    {
        _transport = transport;
        _context = context;
    }

    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The subject took nothing more.</summary>
    public bool IsSendBroken { get; private set; }

    /// <param name="context">What the case works with.</param>
    /// <param name="receiveBuffer">How much the system takes in for who does not read, about; 0 for its own choice.</param>
    public static async Task<RawConnection> OpenAsync(ConformanceContext context, int receiveBuffer = 0)
    {
        context.CountConnection();
        if (context.Options.OpenConnection is { } open)
        {
            return new RawConnection(new OwnedPipe(await OpenAsync(open, context)), context);
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        patience.CancelAfter(context.Options.Timeout);
        try
        {
            await socket.ConnectAsync(context.Subject.IdnHost.Trim('[', ']'), context.Subject.Port, patience.Token);
            bool isSecure = context.Subject.Scheme is "wss" or "https";
            return new RawConnection(new RawSocket(socket, isSecure ? await SecureAsync(socket, context, patience.Token) : null), context);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException
            || (exception is OperationCanceledException && !context.Stop.IsCancellationRequested))
        {
            socket.Dispose();
            throw new ConformanceUnreachableException($"{context.Subject.Authority} cannot be reached: {exception.Message}", exception);
        }
    }

    /// <summary>A connection that the subject opened.</summary>
    public static RawConnection Take(IRawTransport transport, ReadOnlySpan<byte> first, ConformanceContext context)
    {
        RawConnection connection = new(transport, context);
        context.CountConnection();
        if (first.Length > connection._buffer.Length)
        {
            connection._buffer = new byte[2 * first.Length];
        }

        first.CopyTo(connection._buffer);
        connection._end = first.Length;
        return connection;
    }

    /// <summary>Lets go of the connection without ending it.</summary>
    /// <returns>What came and was not used; null where the connection has ended.</returns>
    public byte[]? Detach()
    {
        byte[]? rest = _ended is null && !_isDetached ? Buffered.ToArray() : null;
        _isDetached |= rest is not null;
        return rest;
    }

    /// <summary>Sends; that the subject has hung up is no error here: what it said before is still to be read.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, string note)
    {
        _context.Trace.Add(isSent: true, note, bytes.Span);
        _context.CountBytes(bytes.Length);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_context.Stop);
        patience.CancelAfter(_context.Options.MaxTime);
        try
        {
            while (!bytes.IsEmpty && !IsSendBroken)
            {
                bytes = bytes[await _transport.SendAsync(bytes, patience.Token)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException
            || (exception is OperationCanceledException && !_context.Stop.IsCancellationRequested))
        {
            IsSendBroken = true;
        }
    }

    /// <summary>Waits for more bytes.</summary>
    public async ValueTask<FillResult> FillAsync(TimeSpan patience)
    {
        if (_ended is { } ended)
        {
            return ended;
        }

        MakeRoom();
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(_context.Stop);
        source.CancelAfter(patience);
        try
        {
            int count = await _transport.ReceiveAsync(_buffer.AsMemory(_end), source.Token);
            if (count == 0)
            {
                return (_ended = FillResult.End).Value;
            }

            _context.Trace.Add(isSent: false, "received", _buffer.AsSpan(_end, count));
            _context.CountBytes(count);
            _end += count;
            return FillResult.Data;
        }
        catch (OperationCanceledException) when (!_context.Stop.IsCancellationRequested)
        {
            return FillResult.Silence;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return (_ended = FillResult.Reset).Value;
        }
    }

    public void Consume(int count) => _start += count;

    /// <summary>Ends the direction to the subject.</summary>
    public void EndSending()
    {
        try
        {
            _transport.EndSending();
        }
        catch (SocketException)
        {
            IsSendBroken = true;
        }
    }

    /// <summary>Goes away without a word: what is on its way is answered with a reset.</summary>
    public void Abort() => _transport.Abort();

    public ValueTask DisposeAsync()
    {
        if (!_isDetached)
        {
            _transport.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static async Task<IDuplexPipe> OpenAsync(
        Func<Uri, CancellationToken, ValueTask<IDuplexPipe>> open, ConformanceContext context)
    {
        try
        {
            return await open(context.Subject, context.Stop).AsTask().WaitAsync(context.Options.Timeout, context.Stop);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            throw new ConformanceUnreachableException($"{context.Subject.Authority} cannot be reached: {exception.Message}", exception);
        }
    }

    private static async Task<SslStream> SecureAsync(Socket socket, ConformanceContext context, CancellationToken stop)
    {
        SslStream secure = new(new NetworkStream(socket));
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = context.Subject.IdnHost,

                // What is examined is no secret, and its certificate is mostly one of its own.
#pragma warning disable CA5359 // Any certificate is right here.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            stop);
        return secure;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            Buffered.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
