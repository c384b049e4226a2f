using System.Globalization;
using System.Net.Sockets;
using System.Text;
using static WireProtocols.Tests.Conformance.EventStreamClients.ReaderDefect;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>The head of a response.</summary>
internal sealed record ReaderHead(int Status, IReadOnlyList<(string Name, string Value)> Fields, ReaderDefect Defect)
{
    public string? Field(string name) => Fields.FirstOrDefault(f => f.Name.Equals(
        name, Defect == NamesOfFieldsByCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>One connection of the subject: a request, and the response as it comes.</summary>
internal sealed class ReaderConnection(ReaderDefect defect, TcpClient client) : IDisposable
{
    private readonly byte[] _read = new byte[16 * 1024];
    private byte[] _buffered = [];

    public void Dispose() => client.Dispose();

    public static async Task<ReaderConnection> OpenAsync(ReaderDefect defect, Uri url, string head, CancellationToken stop)
    {
        TcpClient client = new() { NoDelay = true };
        try
        {
            await client.ConnectAsync(url.Host, url.Port, stop);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head), stop);
            return new ReaderConnection(defect, client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task<ReaderHead> ReadHeadAsync(CancellationToken stop)
    {
        while (true)
        {
            int length = _buffered.AsSpan().IndexOf("\r\n\r\n"u8);
            if (length < 0)
            {
                bool hasMore = await FillAsync(stop);
                if (!hasMore || (defect == HeadInOneRead && _buffered.AsSpan().IndexOf("\r\n\r\n"u8) < 0))
                {
                    throw new ReaderSubjectException("no whole head");
                }

                continue;
            }

            string[] lines = Encoding.Latin1.GetString(_buffered, 0, length).Split("\r\n");
            _buffered = _buffered[(length + 4)..];
            int status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
            if (status is >= 200 or 101 || defect == InterimIsFinal)
            {
                return new ReaderHead(
                    status, [.. lines[1..].Select(l => l.Split(':', 2)).Where(p => p.Length == 2).Select(p => (p[0], p[1].Trim(' ', '\t')))], defect);
            }
        }
    }

    /// <summary>Reads the body.</summary>
    /// <returns>False where it was cut off.</returns>
    public async Task<bool> ReadBodyAsync(ReaderHead head, Action<byte[]> take, CancellationToken stop)
    {
        if (head.Field("Transfer-Encoding") is not null && defect != ChunksInText)
        {
            return await ReadChunksAsync(take, stop) || defect == CutOffIsEnd;
        }

        long rest = defect != ReadsBehindEnd && head.Field("Content-Length") is { } text ? long.Parse(text, CultureInfo.InvariantCulture)
            : long.MaxValue;
        while (rest > 0 && (_buffered.Length > 0 || await FillAsync(stop)))
        {
            byte[] piece = _buffered[..(int)Math.Min(rest, _buffered.Length)];
            _buffered = _buffered[piece.Length..];
            rest -= piece.Length;
            take(piece);
        }

        return rest is 0 or > int.MaxValue;
    }

    /// <summary>Sends a report on a connection of its own.</summary>
    public static async Task ReportAsync(Uri url, string body, CancellationToken stop)
    {
        byte[] content = Encoding.UTF8.GetBytes(body);
        string head = $"POST /report HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: {content.Length}\r\n\r\n";
        using ReaderConnection connection = await OpenAsync(None, url, head + Encoding.Latin1.GetString(content), stop);
        await connection.ReadHeadAsync(stop);
    }

    private async Task<bool> FillAsync(CancellationToken stop)
    {
        try
        {
            int count = await client.GetStream().ReadAsync(_read, stop);
            _buffered = [.. _buffered, .. _read.AsSpan(0, count)];
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken stop)
    {
        int end;
        while ((end = _buffered.AsSpan().IndexOf("\r\n"u8)) < 0)
        {
            if (!await FillAsync(stop))
            {
                return null;
            }
        }

        string line = Encoding.Latin1.GetString(_buffered, 0, end);
        _buffered = _buffered[(end + 2)..];
        return line;
    }

    private async Task<bool> ReadChunksAsync(Action<byte[]> take, CancellationToken stop)
    {
        while (await ReadLineAsync(stop) is { } line)
        {
            if (defect == ExtensionsFail && line.Contains(';', StringComparison.Ordinal))
            {
                throw new ReaderSubjectException($"chunk-size {line}");
            }

            long size = SizeOf(line.Split(';')[0].TrimEnd(' ', '\t'));
            if (size == 0)
            {
                return defect == TrailersAreText ? await ReadTextAsync(take, stop) : await SkipTrailersAsync(stop);
            }

            while (size > 0)
            {
                if (_buffered.Length == 0 && !await FillAsync(stop))
                {
                    return false;
                }

                byte[] piece = _buffered[..(int)Math.Min(size, _buffered.Length)];
                _buffered = _buffered[piece.Length..];
                size -= piece.Length;
                take(piece);
            }

            if (await ReadLineAsync(stop) is not "")
            {
                return false;
            }
        }

        return false;
    }

    private long SizeOf(string text)
    {
        if (text.Length is 0 || text.Any(c => !char.IsAsciiHexDigit(c)) || (defect == UpperCaseSizesFail && text.Any(char.IsAsciiLetterUpper)))
        {
            throw new ReaderSubjectException($"chunk-size {text}");
        }

        string digits = text.TrimStart('0');
        if (digits.Length > 15)
        {
            throw new ReaderSubjectException($"chunk-size {text}");
        }

        long size = digits.Length == 0 ? 0 : long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return defect == SizesOf32Bits ? (uint)size : size;
    }

    private async Task<bool> SkipTrailersAsync(CancellationToken stop)
    {
        string? trailer;
        while ((trailer = await ReadLineAsync(stop)) is { Length: > 0 })
        {
        }

        return trailer is not null;
    }

    private async Task<bool> ReadTextAsync(Action<byte[]> take, CancellationToken stop)
    {
        do
        {
            take(_buffered);
            _buffered = [];
        }
        while (await FillAsync(stop));
        return true;
    }
}
