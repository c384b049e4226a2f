using System.Numerics;
using System.Text;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>
/// HTML §9.2.6 sentence by sentence over one string, for clarity and not for speed. Its rows are those of
/// <see cref="EventStreamRows"/>.
/// </summary>
public sealed class NaiveEventStream
{
    private readonly List<string> _rows = [];
    private string _dataBuffer = "";
    private string _eventTypeBuffer = "";
    private string _lastEventIdBuffer;
    private string _lastEventIdString;

    private NaiveEventStream(string lastEventId) => _lastEventIdBuffer = _lastEventIdString = lastEventId;

    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> stream, string lastEventId = "")
    {
        NaiveEventStream oracle = new(lastEventId);

        // Streams must be decoded using the UTF-8 decode algorithm [which] strips one leading UTF-8 Byte Order Mark (BOM), if any.
        string text = Encoding.UTF8.GetString(stream);
        text = text.StartsWith('\uFEFF') ? text[1..] : text;
        foreach (string line in Lines(text))
        {
            oracle.Process(line);
        }

        // Once the end of the file is reached, any pending data must be discarded.
        oracle._rows.Add($"end {EventStreamRows.Quote(oracle._lastEventIdString)}");
        return oracle._rows;
    }

    /// <summary>CRLF, LF and CR "being the ways in which a line can end"; what has no end is no line.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        StringBuilder line = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\r' or '\n'))
            {
                line.Append(text[i]);
                continue;
            }

            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }

            yield return line.ToString();
            line.Clear();
        }
    }

    private void Process(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (line.Length == 0)
        {
            Dispatch();
        }
        else if (colon == 0)
        {
            _rows.Add($"comment {EventStreamRows.Quote(WithoutSpace(line[1..]))}");
        }
        else if (colon > 0)
        {
            ProcessField(line[..colon], WithoutSpace(line[(colon + 1)..]));
        }
        else
        {
            ProcessField(line, "");
        }
    }

    private static string WithoutSpace(string value) => value.StartsWith(' ') ? value[1..] : value;

    private void ProcessField(string name, string value)
    {
        switch (name)
        {
            case "event":
                _eventTypeBuffer = value;
                break;
            case "data":
                _dataBuffer += value + "\n";
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                _lastEventIdBuffer = value;
                break;
            case "retry" when value.Length > 0 && value.All(char.IsAsciiDigit):
                _rows.Add($"retry {BigInteger.Min(BigInteger.Parse(value), long.MaxValue)}");
                break;
        }
    }

    private void Dispatch()
    {
        _lastEventIdString = _lastEventIdBuffer;
        if (_dataBuffer.Length == 0)
        {
            _eventTypeBuffer = "";
            return;
        }

        string data = _dataBuffer.EndsWith('\n') ? _dataBuffer[..^1] : _dataBuffer;
        string type = _eventTypeBuffer.Length > 0 ? _eventTypeBuffer : "message";
        _rows.Add($"event {type} {EventStreamRows.Quote(data)} {EventStreamRows.Quote(_lastEventIdString)}");
        _dataBuffer = "";
        _eventTypeBuffer = "";
    }
}
