using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>What comes on a connection whose case is not known yet: heads and the bodies of reports, each with a bound.</summary>
internal sealed class ClientBytes(Socket socket, byte[] first)
{
    private const int MaxHead = 64 * 1024;
    private const int MaxBody = 64 * 1024 * 1024;
    private byte[] _buffer = first;
    private int _length = first.Length;

    /// <summary>What has been read and not used.</summary>
    public byte[] Rest => _buffer[.._length];

    /// <summary>Reads a head.</summary>
    /// <param name="patience">How long it may take from its first byte to its last; before the first byte nothing hurries.</param>
    /// <param name="stop">Ends the run.</param>
    /// <returns>Null where the connection ended before its first byte.</returns>
    public async Task<ClientRequest?> ReadHeadAsync(TimeSpan patience, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        while (true)
        {
            if (ClientRequest.FindEnd(_buffer.AsSpan(0, _length)) is > 0 and int end)
            {
                ClientRequest request = ClientRequest.Parse(_buffer.AsSpan(0, end), isWhole: true);
                Consume(end);
                return request;
            }

            if (_length > 0)
            {
                late.CancelAfter(patience);
            }

            if (_length > MaxHead || !await FillAsync(late.Token))
            {
                stop.ThrowIfCancellationRequested();
                return _length == 0 ? null : ClientRequest.Parse(_buffer.AsSpan(0, _length), isWhole: false);
            }
        }
    }

    /// <summary>Reads a body, by its length or by its chunks.</summary>
    /// <returns>Null where it did not come whole.</returns>
    public async Task<byte[]?> ReadBodyAsync(ClientRequest request, CancellationToken stop)
    {
        if (request.Members("Transfer-Encoding").Contains("chunked", StringComparer.OrdinalIgnoreCase))
        {
            return await ReadChunksAsync(stop);
        }

        return request.All("Content-Length") is [var value, ..]
            ? long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length) && length <= MaxBody
                ? await ReadAsync((int)length, stop)
                : null
            : [];
    }

    private async Task<byte[]?> ReadChunksAsync(CancellationToken stop)
    {
        using MemoryStream body = new();
        while (await ReadLineAsync(stop) is { } line)
        {
            string size = line.Split(';')[0].Trim();
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int length) || length < 0
                || body.Length + length > MaxBody)
            {
                return null;
            }

            if (length == 0)
            {
                string? trailer;
                do
                {
                    trailer = await ReadLineAsync(stop);
                }
                while (trailer is { Length: > 0 });
                return trailer is null ? null : body.ToArray();
            }

            if (await ReadAsync(length, stop) is not { } chunk || await ReadLineAsync(stop) is not "")
            {
                return null;
            }

            body.Write(chunk);
        }

        return null;
    }

    private async Task<string?> ReadLineAsync(CancellationToken stop)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf((byte)'\n')) < 0)
        {
            if (_length > MaxHead || !await FillAsync(stop))
            {
                return null;
            }
        }

        string line = Encoding.Latin1.GetString(_buffer, 0, end).TrimEnd('\r');
        Consume(end + 1);
        return line;
    }

    private async Task<byte[]?> ReadAsync(int length, CancellationToken stop)
    {
        while (_length < length)
        {
            if (!await FillAsync(stop))
            {
                return null;
            }
        }

        byte[] bytes = _buffer[..length];
        Consume(length);
        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken stop)
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(4096, 2 * _length));
        }

        try
        {
            int count = await socket.ReceiveAsync(_buffer.AsMemory(_length), stop);
            _length += count;
            return count > 0;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
