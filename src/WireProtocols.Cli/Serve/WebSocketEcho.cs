using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// Echoes the messages of one WebSocket without ever holding a whole one: a frame that is here goes back as a frame, a longer one piece by piece
/// as fragments, so that Pong and Close can always go in between.
/// </summary>
internal sealed class WebSocketEcho(ServeConnection connection, ServeSettings settings, CancellationToken stopping) : IDisposable
{
    private const int FragmentSize = 64 * 1024;

    // Pieces as they come, so that text which is not UTF-8 is answered at its first bad byte.
    private static readonly WebSocketFrameOptions Options = new() { WholePayloadLength = 0 };

    private readonly WebSocketFrameReader _reader = new(connection.Input, WebSocketRole.Client, Options);
    private readonly WebSocketFrameWriter _writer = new(connection.Output, WebSocketRole.Server);
    private byte[]? _fragment;
    private int _fragmentLength;
    private WebSocketOpcode _opcode;
    private WebSocketTextCheck _text;
    private bool _closeReceived;

    /// <summary>Returns when the closing handshake is done, or cannot be.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (!_closeReceived && await _reader.WaitToReadAsync(stopping))
            {
                EchoBuffered();
                await connection.FlushAsync(stopping);
            }
        }
        catch (WebSocketProtocolException exception)
        {
            await FailAsync(exception);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await (_closeReceived ? connection.FlushAsync(CancellationToken.None).AsTask() : GoAwayAsync());
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        ReleaseFragment();
    }

    private void EchoBuffered()
    {
        while (!_closeReceived && _reader.TryRead(out WebSocketFramePart part))
        {
            switch (part.Header.Opcode)
            {
                case WebSocketOpcode.Close:
                    // "When sending a Close frame in response, the endpoint typically echos the status code it received."
                    _writer.WriteFrame(WebSocketOpcode.Close, part.Payload[..Math.Min(2, part.Payload.Length)]);
                    _closeReceived = true;
                    break;
                case WebSocketOpcode.Ping:
                    // "A Pong frame sent in response to a Ping frame must have identical "Application data""
                    _writer.WriteFrame(WebSocketOpcode.Pong, part.Payload);
                    break;
                case WebSocketOpcode.Pong:
                    break;
                default:
                    EchoData(part);
                    break;
            }
        }
    }

    private void EchoData(scoped in WebSocketFramePart part)
    {
        long invalid = _text.FindError(part);
        if (invalid >= 0)
        {
            throw new WebSocketProtocolException(WebSocketProtocolError.InvalidText, part.Offset + part.Header.HeaderLength + invalid);
        }

        if (part.IsFirst)
        {
            _opcode = part.Header.Opcode;
            if (part.IsLast)
            {
                _writer.WriteFrame(_opcode, part.Payload, part.Header.Fin);
                return;
            }
        }

        ReadOnlySpan<byte> payload = part.Payload;
        while (_fragmentLength + payload.Length > FragmentSize)
        {
            int count = FragmentSize - _fragmentLength;
            Collect(payload[..count]);
            payload = payload[count..];
            WriteFragment(fin: false);
        }

        Collect(payload);
        if (part.IsLast)
        {
            WriteFragment(part.Header.Fin);
            ReleaseFragment();
        }
    }

    private void Collect(ReadOnlySpan<byte> piece)
    {
        _fragment ??= ArrayPool<byte>.Shared.Rent(FragmentSize);
        piece.CopyTo(_fragment.AsSpan(_fragmentLength));
        _fragmentLength += piece.Length;
    }

    private void WriteFragment(bool fin)
    {
        _writer.WriteFrame(_opcode, _fragment.AsSpan(0, _fragmentLength), fin);
        _opcode = WebSocketOpcode.Continuation;
        _fragmentLength = 0;
    }

    private void ReleaseFragment()
    {
        if (_fragment is { } fragment)
        {
            _fragment = null;
            ArrayPool<byte>.Shared.Return(fragment);
        }
    }

    /// <summary>Sends what is echoed so far, and a Close that says what is wrong.</summary>
    private async Task FailAsync(WebSocketProtocolException exception)
    {
        if (exception.CloseCode.IsValidOnWire())
        {
            _writer.WriteClose(exception.CloseCode, exception.Rule.Text);
        }

        await connection.FlushAsync(CancellationToken.None);
    }

    /// <summary>Closes with 1001 and waits for the peer's Close, dropping what comes before it.</summary>
    private async Task GoAwayAsync()
    {
        _writer.WriteClose(WebSocketCloseCode.GoingAway, "The server stops.");
        await connection.FlushAsync(CancellationToken.None);
        using CancellationTokenSource timeout = new(settings.CloseTimeout, settings.Time);
        try
        {
            while (await _reader.WaitToReadAsync(timeout.Token))
            {
                while (_reader.TryRead(out WebSocketFramePart part))
                {
                    if (part.Header.Opcode == WebSocketOpcode.Close)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketProtocolException or OperationCanceledException)
        {
            // There is nothing more to say to it.
        }
    }
}
