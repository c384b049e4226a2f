using System.Text;
using System.Text.Json;

namespace WireProtocols.Fuzz.Ndjson;

/// <summary>
/// NDJSON (ndjson-spec 1.0 §3) and JSON text sequences (RFC 7464 §2), transcribed over the whole input at once and with no thought for
/// speed. Each record is its offset, its length and whether it is good.
/// </summary>
public static class NaiveNdjson
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The records of lines; what stands behind the last line feed is a bad one.</summary>
    public static List<(long Offset, int Length, bool Good)> ReadLines(ReadOnlySpan<byte> input)
    {
        List<(long, int, bool)> records = [];
        int start = 0;
        for (int at = 0; at < input.Length; at++)
        {
            if (input[at] == '\n')
            {
                int end = at > start && input[at - 1] == '\r' ? at - 1 : at;
                ReadOnlySpan<byte> line = input[start..end];
                records.Add((start, line.Length, !line.Contains((byte)'\r') && IsJson(line)));
                start = at + 1;
            }
        }

        if (start < input.Length)
        {
            records.Add((start, input.Length - start, false));
        }

        return records;
    }

    /// <summary>
    /// The texts of a sequence. A text ends before the first line feed where it is one JSON text, or else at the next separator or the end,
    /// where a number or a literal has to be followed by white space.
    /// </summary>
    public static List<(long Offset, int Length, bool Good)> ReadSequence(ReadOnlySpan<byte> input)
    {
        List<(long, int, bool)> records = [];
        int at = 0;
        if (!input.IsEmpty && input[0] != 0x1E)
        {
            records.Add((0, 0, false));
            at = input.IndexOf((byte)0x1E) is >= 0 and int first ? first : input.Length;
        }

        while (at < input.Length)
        {
            int start = at + 1;
            int length = input[start..].IndexOf((byte)0x1E) is >= 0 and int found ? found : input.Length - start;
            if (length > 0)
            {
                AddText(records, input.Slice(start, length), start);
            }

            at = start + length;
        }

        return records;
    }

    private static void AddText(List<(long, int, bool)> records, ReadOnlySpan<byte> text, int start)
    {
        for (int feed = 0; feed < text.Length; feed++)
        {
            // A line feed behind one that has just been asked about makes no text of what was none.
            if (text[feed] == '\n' && (feed == 0 || text[feed - 1] != '\n') && IsJson(text[..feed]))
            {
                records.Add((start, feed, true));
                int rest = text[feed..].IndexOfAnyExcept(" \t\r\n"u8);
                if (rest >= 0)
                {
                    records.Add((start, 0, false));
                }

                return;
            }
        }

        bool delimited = text[^1] is (byte)'}' or (byte)']' or (byte)'"' or (byte)' ' or (byte)'\t' or (byte)'\r';
        records.Add((start, text.Length, delimited && IsJson(text)));
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            JsonDocument.Parse(StrictUtf8.GetString(text)).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return false;
        }
    }
}
