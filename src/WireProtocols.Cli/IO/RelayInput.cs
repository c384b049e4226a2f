using System.Buffers;
using System.Net.Sockets;

namespace WireProtocols.Cli.IO;

/// <summary>The messages that come from the other end of a relay.</summary>
internal sealed class RelayInput(Socket socket)
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isMalformed;

    /// <summary>Waits until a message, or the beginning of one, is there. What has come before the connection broke is there as well.</summary>
    /// <param name="isOver">Whether somebody else reads the rest by now.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> WaitAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        if (_isMalformed || isOver())
        {
            return false;
        }

        if (HasMessage())
        {
            return true;
        }

        // What is left is the start of a message.
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(2 * _bytes.Length, RelayMessage.MaxHeaderSize + RelayMessage.MaxLength));
        }

        try
        {
            int read = await socket.ReceiveAsync(_bytes.AsMemory(_end), cancellationToken);
            if (isOver())
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

    /// <summary>Takes a message that is whole.</summary>
    /// <param name="message">The message.</param>
    /// <param name="payload">Its payload, valid until the next wait.</param>
    public bool TryTake(out RelayMessage message, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        OperationStatus status = RelayMessage.Decode(_bytes.AsSpan(_start, _end - _start), out message, out int headerSize);
        _isMalformed |= status == OperationStatus.InvalidData;
        if (status != OperationStatus.Done || _end - _start - headerSize < message.Length)
        {
            return false;
        }

        payload = _bytes.AsMemory(_start + headerSize, message.Length);
        _start += headerSize + message.Length;
        return true;
    }

    private bool HasMessage()
        => RelayMessage.Decode(_bytes.AsSpan(_start, _end - _start), out RelayMessage message, out int headerSize) == OperationStatus.Done
            && _end - _start - headerSize >= message.Length;
}
