using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>One connection from its handshake to its end: sends numbered messages, and checks each echo against what has to come next.</summary>
internal sealed partial class SoakLife : IDisposable
{
    private static readonly WebSocketConnectOptions Plain = new();

    private static readonly WebSocketConnectOptions WithTakeover
        = new() { Connection = new() { Deflate = WebSocketPerMessageDeflateOptions.Default } };

    private static readonly WebSocketConnectOptions WithoutTakeover = new()
    {
        Connection = new() { Deflate = new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true } },
    };

    private readonly Socket _socket;
    private readonly WebSocketConnection _connection;
    private readonly SoakCounts _counts;
    private readonly CancellationTokenSource _silence = new();
    private readonly uint _number;
    private uint _sent;
    private uint _echoed;
    private int _pause;
    private int _sendsUnderWay;

    private SoakLife(uint number, Socket socket, WebSocketConnection connection, SoakCounts counts)
    {
        _number = number;
        _socket = socket;
        _connection = connection;
        _counts = counts;
        Receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>Ends with the connection.</summary>
    public Task Receiving { get; }

    /// <summary>Messages that have no echo yet.</summary>
    public long Outstanding => Volatile.Read(ref _sent) - (long)Volatile.Read(ref _echoed);

    /// <summary>Whether nothing has been sent yet.</summary>
    public bool IsNew => _sent == 0;

    public bool IsPaused => Volatile.Read(ref _pause) != 0;

    public WebSocketCloseCode? CloseCode => _connection.CloseCode;

    /// <summary>Connects; one in ten with deflate and its context taken over, and as many and half of them without.</summary>
    public static async Task<SoakLife> ConnectAsync(Uri uri, uint number, SoakCounts counts)
    {
        WebSocketConnectOptions options = (number % 20) switch { < 2 => WithTakeover, < 5 => WithoutTakeover, _ => Plain };
        WebSocketHandshakeOffer offer = new($"{uri.Host}:{uri.Port}", uri.PathAndQuery)
        {
            Extensions = options.Connection.Deflate is { } deflate ? [WebSocketDeflateNegotiation.CreateOffer(deflate)] : [],
        };
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port));
            SocketTransport transport = new(new NetworkStream(socket, ownsSocket: true), socket);
            WebSocketConnection connection = await WebSocketClient.ConnectAsync(transport, offer, options);
            Interlocked.Increment(ref counts.Opened);
            Interlocked.Add(ref counts.Compressed, connection.Deflate is null ? 0 : 1);
            return new SoakLife(number, socket, connection, counts);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends the next message. Always the same thread calls it; a send that has to wait goes on by itself, and the next one queues behind it.
    /// </summary>
    public void Send(int length)
    {
        length = SoakMessage.LengthOf(_sent, length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        SoakMessage.Write(buffer.AsSpan(0, length), _number, _sent, IsPaused ? 0 : Stopwatch.GetTimestamp());
        WebSocketOpcode opcode = SoakMessage.OpcodeOf(_sent);
        Volatile.Write(ref _sent, _sent + 1);
        Interlocked.Increment(ref _counts.Sent);
        ValueTask send = _connection.SendAsync(opcode, buffer.AsMemory(0, length));
        if (send.IsCompletedSuccessfully)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }

        Interlocked.Increment(ref _sendsUnderWay);
        _ = FinishAsync(send, buffer);
    }

    /// <summary>Stops reading for a while, from the next echo on.</summary>
    public void Pause(int milliseconds) => Volatile.Write(ref _pause, milliseconds);

    /// <summary>The books of a connection that is over.</summary>
    /// <param name="isHealthy">Whether it had every reason to get all its echoes.</param>
    public void Settle(bool isHealthy) => Interlocked.Add(ref isHealthy ? ref _counts.Lost : ref _counts.Abandoned, Outstanding);

    public void Dispose() => _silence.Dispose();

    private async Task FinishAsync(ValueTask send, byte[] buffer)
    {
        Interlocked.Increment(ref _counts.Waited);
        try
        {
            await send;
        }
        catch (WebSocketClosedException)
        {
            // Whoever receives sees it too, and keeps the books.
        }
        finally
        {
            Interlocked.Decrement(ref _sendsUnderWay);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await _connection.ReceiveAsync(_silence.Token) is { } message)
            {
                using (message)
                {
                    Check(message);
                }

                if (Volatile.Read(ref _pause) is > 0 and int pause)
                {
                    Interlocked.Increment(ref _counts.PausedNow);
                    await Task.Delay(pause);
                    Interlocked.Decrement(ref _counts.PausedNow);
                    Volatile.Write(ref _pause, 0);
                }
            }
        }
        catch (WebSocketProtocolException exception)
        {
            // The end of one that was killed, and of no other.
            Ending = exception.Message;
        }
        catch (OperationCanceledException) when (_silence.IsCancellationRequested)
        {
            // Half-open from now on.
        }
    }

    private void Check(OwnedWebSocketMessage message)
    {
        uint expected = _echoed;
        bool isWhole = SoakMessage.TryRead(message, _number, out uint sequence, out long stamp);
        Volatile.Write(ref _echoed, expected + 1);
        Interlocked.Increment(ref _counts.Echoed);
        if (!isWhole || sequence != expected)
        {
            Interlocked.Increment(ref isWhole ? ref _counts.Reordered : ref _counts.Corrupted);
            _counts.AddDetail($"connection {_number}: message {sequence} ({message.Payload.Length} bytes) came for {expected}");
        }
        else if (stamp != 0)
        {
            _counts.AddRoundTrip(stamp);
        }
    }
}
