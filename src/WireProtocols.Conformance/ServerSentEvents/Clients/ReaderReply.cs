using System.Globalization;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>How a response ends.</summary>
internal enum ReaderEnding
{
    /// <summary>As its framing says, and the connection goes on where it can.</summary>
    Complete,

    /// <summary>The connection is closed, whatever the framing says.</summary>
    Close,

    /// <summary>A reset.</summary>
    Reset,
}

/// <summary>How the body of a response is framed.</summary>
internal enum ReaderFraming
{
    Chunked,
    Length,
    Closing,

    /// <summary>What is sent is the body as it stands on the wire.</summary>
    Raw,
}

/// <summary>A response that a case answers with.</summary>
internal sealed record ReaderReply
{
    public string StatusLine { get; init; } = "HTTP/1.1 200 OK";

    public IReadOnlyList<string> Fields { get; init; } = ["Content-Type: text/event-stream", "Cache-Control: no-store"];

    public ReaderFraming Framing { get; init; } = ReaderFraming.Chunked;

    public ReaderEnding Ending { get; init; } = ReaderEnding.Complete;

    /// <summary>The body, in the pieces that are sent.</summary>
    public IReadOnlyList<byte[]> Pieces { get; init; } = [];

    /// <summary>The time between pieces, so that they are read one by one.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>How much longer the announced length is than the body.</summary>
    public int Missing { get; init; }

    /// <summary>What stands behind the end of the body.</summary>
    public byte[] Behind { get; init; } = [];

    /// <summary>What stands before the head.</summary>
    public string Interim { get; init; } = "";

    /// <summary>The head is sent in writes of this length.</summary>
    public int HeadCut { get; init; } = int.MaxValue;

    public Func<byte[], byte[]> Chunk { get; init; } = bytes => ChunkOf(bytes, "");

    public string LastChunk { get; init; } = "0\r\n\r\n";

    /// <summary>The body has its end though the connection is closed behind it.</summary>
    public bool IsWhole { get; init; }

    public static ReaderReply Stop { get; } = new() { StatusLine = "HTTP/1.1 204 No Content", Fields = [], Framing = ReaderFraming.Raw };

    public static ReaderReply Of(params byte[][] pieces) => new() { Pieces = pieces };

    public static byte[] ChunkOf(byte[] bytes, string extension)
        => [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length:x}{extension}\r\n")), .. bytes, .. "\r\n"u8];

    /// <summary>Sends it, and ends what ends.</summary>
    public async Task SendAsync(ClientArrival arrival)
    {
        RawConnection connection = arrival.Connection;
        byte[] head = Encoding.Latin1.GetBytes($"{Interim}{StatusLine}\r\n{string.Concat(Fields.Select(f => f + "\r\n"))}{LengthLine()}\r\n");
        for (int at = 0; at < head.Length; at += Math.Min(HeadCut, head.Length))
        {
            await connection.SendAsync(head.AsMemory(at, Math.Min(HeadCut, head.Length - at)), "head");
            await PauseAsync();
        }

        foreach (byte[] piece in Pieces.Where(p => p.Length > 0))
        {
            await connection.SendAsync(Framing == ReaderFraming.Chunked ? Chunk(piece) : piece, "stream");
            await PauseAsync();
            if (connection.IsSendBroken)
            {
                break;
            }
        }

        if (Framing == ReaderFraming.Chunked && (IsWhole || Ending == ReaderEnding.Complete))
        {
            await connection.SendAsync(Encoding.Latin1.GetBytes(LastChunk), "the last chunk");
        }

        if (Behind.Length > 0)
        {
            await connection.SendAsync(Behind, "behind the end");
        }

        if (Ending == ReaderEnding.Reset)
        {
            connection.Abort();
        }
        else if (Ending == ReaderEnding.Close || Framing == ReaderFraming.Closing)
        {
            await arrival.DisposeAsync();
        }
        else
        {
            arrival.Release();
        }
    }

    private async Task PauseAsync()
    {
        if (Pause > TimeSpan.Zero)
        {
            await Task.Delay(Pause);
        }
    }

    private string LengthLine() => Framing switch
    {
        ReaderFraming.Chunked => "Transfer-Encoding: chunked\r\n",
        ReaderFraming.Length => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Pieces.Sum(p => p.Length) + Missing}\r\n"),
        ReaderFraming.Closing => "Connection: close\r\n",
        _ => "",
    };
}
