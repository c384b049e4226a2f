using System.Buffers;
using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>How the body of a response ends, decoded by hand: to the letter of the grammar, and no further than the first fault.</summary>
internal sealed class StreamFraming
{
    private const int MaxLine = 16 * 1024;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private readonly bool _isChunked;
    private readonly List<char> _line = [];
    private State _state;
    private long _rest;

    private StreamFraming(bool isChunked, long? length)
    {
        _isChunked = isChunked;
        Length = length;
        _rest = length ?? 0;
        _state = isChunked ? State.Size : State.Data;
        IsOver = length == 0;
    }

    private enum State
    {
        Size,
        Data,
        AfterData,
        Trailer,
    }

    /// <summary>The announced length.</summary>
    public long? Length { get; }

    public bool IsOver { get; private set; }

    /// <summary>What is wrong with the framing.</summary>
    public string? Broken { get; private set; }

    public int Chunks { get; private set; }

    public int Trailers { get; private set; }

    /// <summary>The end of the connection is the end of the body.</summary>
    public bool EndsByClosing => !_isChunked && Length is null;

    public static StreamFraming Of(StreamHead head, string method)
        => method == "HEAD" || head.Status is 204 or 304 or (>= 100 and < 200)
            ? new StreamFraming(false, 0)
            : head.IsChunked
                ? new StreamFraming(true, null)
                : new StreamFraming(
                    false,
                    head.All("Transfer-Encoding").Length == 0 && head.All("Content-Length") is [var text, ..]
                    && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                        ? length
                        : null);

    /// <summary>Takes in what belongs to the body.</summary>
    /// <returns>How many bytes that was.</returns>
    public int Feed(ReadOnlySpan<byte> bytes, List<byte> body)
    {
        int at = 0;
        while (at < bytes.Length && !IsOver && Broken is null)
        {
            if (_state == State.Data)
            {
                int count = _isChunked || Length is not null ? (int)Math.Min(_rest, bytes.Length - at) : bytes.Length - at;
                body.AddRange(bytes.Slice(at, count));
                at += count;
                _rest -= count;
                EndData();
            }
            else
            {
                FeedLine((char)bytes[at++]);
            }
        }

        return Broken is null ? at : bytes.Length;
    }

    private void EndData()
    {
        if (_rest == 0 && !EndsByClosing)
        {
            _state = State.AfterData;
            IsOver = !_isChunked;
        }
    }

    private void FeedLine(char character)
    {
        _line.Add(character);
        if (_line.Count > MaxLine)
        {
            Broken = "a line of the chunked coding has more than 16384 bytes";
        }
        else if (character == '\n')
        {
            string line = new([.. _line]);
            _line.Clear();
            EndLine(line);
        }
        else if (_state == State.AfterData && !"\r\n".StartsWith(new string([.. _line]), StringComparison.Ordinal))
        {
            Broken = $"chunk {Chunks} is not followed by CRLF but by '{Show(_line)}': its size is not that of its data";
        }
        else if (_state == State.Size && _line.Count == 1 && !char.IsAsciiHexDigit(character))
        {
            Broken = $"chunk {Chunks + 1} begins with '{Show(_line)}', which is no hex digit";
        }
    }

    private void EndLine(string line)
    {
        if (!line.EndsWith("\r\n", StringComparison.Ordinal))
        {
            Broken = $"the line '{Show(line)}' of the chunked coding does not end in CRLF";
            return;
        }

        string content = line[..^2];
        switch (_state)
        {
            case State.Size:
                BeginChunk(content);
                break;
            case State.AfterData:
                _state = State.Size;
                break;
            case State.Trailer when content.Length == 0:
                IsOver = true;
                break;
            default:
                Trailers++;
                Broken = content.IndexOf(':', StringComparison.Ordinal) > 0 ? null : $"'{Show(content)}' behind the last chunk is no trailer field";
                break;
        }
    }

    private void BeginChunk(string line)
    {
        int digits = line.AsSpan().IndexOfAnyExcept(HexDigits);
        digits = digits < 0 ? line.Length : digits;
        string behind = line[digits..].TrimStart(' ', '\t');
        if (digits is 0 or > 15 || (behind.Length > 0 && behind[0] != ';') || (behind.Length == 0 && digits < line.Length))
        {
            Broken = $"'{Show(line)}' is no chunk-size (1*HEXDIG, an extension behind ';')";
            return;
        }

        _rest = long.Parse(line.AsSpan(0, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        _state = _rest == 0 ? State.Trailer : State.Data;
        Chunks += _rest == 0 ? 0 : 1;
    }

    private static string Show(IEnumerable<char> text)
        => string.Concat(text.Take(40).Select(c => c is >= ' ' and < '\u007f' ? c.ToString() : $"\\x{(int)c:x2}"));
}
