using System.Text;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>A request as the subject reads it.</summary>
internal sealed class StreamSubjectRequest
{
    private readonly List<(string Name, string Value)> _fields = [];
    private readonly StreamDefect _defect;

    private StreamSubjectRequest(StreamDefect defect, string head)
    {
        _defect = defect;
        string[] lines = head.Split("\r\n");
        string[] parts = lines[0].Split(' ');
        IsBad = parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal);
        Method = parts[0];
        Target = parts.Length > 1 ? parts[1] : "";
        IsOld = parts[^1] == "HTTP/1.0";
        foreach (string line in lines[1..].Where(l => l.Length > 0))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            bool isControl = line.Any(c => (c < ' ' && c != '\t' && !(c == '\r' && defect == StreamDefect.CrInId)) || c == '\u007f');
            IsBad |= colon <= 0 || line[0] is ' ' or '\t' || isControl;
            if (colon > 0)
            {
                string value = line[(colon + 1)..];
                _fields.Add((line[..colon], defect switch
                {
                    StreamDefect.NeedsSpace when !value.StartsWith(' ') => "",
                    StreamDefect.SpaceNotTrimmed or StreamDefect.IdNotTrimmed => value.StartsWith(' ') ? value[1..] : value,
                    _ => value.Trim(' ', '\t'),
                }));
            }
        }

        IsBad |= !IsOld && All("Host").Length != 1;
    }

    public bool IsBad { get; }

    public string Method { get; }

    public string Target { get; }

    public bool IsOld { get; }

    public string Path
    {
        get
        {
            string path = Target.Split('?')[0];
            int authority = path.IndexOf("://", StringComparison.Ordinal);
            return authority < 0 || _defect == StreamDefect.NoAbsoluteForm ? path : "/" + string.Join('/', path[(authority + 3)..].Split('/')[1..]);
        }
    }

    public bool AsksForClose => All("Connection").Any(v => v.Contains("close", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads one; null at the end of the connection. Too long a head is a bad one.</summary>
    public static async Task<StreamSubjectRequest?> ReadAsync(StreamDefect defect, Stream stream, List<byte> buffered, CancellationToken stop)
    {
        byte[] buffer = new byte[16 * 1024];
        int reads = 0;
        while (true)
        {
            int length = buffered.ToArray().AsSpan().IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                string head = Encoding.Latin1.GetString([.. buffered[..length]]);
                buffered.RemoveRange(0, length + 4);
                return new StreamSubjectRequest(defect, head);
            }

            if (buffered.Count > 32 * 1024 && defect is not (StreamDefect.NoHeadLimit or StreamDefect.NoTargetLimit))
            {
                return new StreamSubjectRequest(defect, "too long");
            }

            int count = await stream.ReadAsync(buffer, stop);
            if (count == 0)
            {
                return null;
            }

            buffered.AddRange(buffer.AsSpan(0, count));
            if (defect == StreamDefect.HeadInOneRead && ++reads == 1 && buffered.ToArray().AsSpan().IndexOf("\r\n\r\n"u8) < 0)
            {
                return new StreamSubjectRequest(defect, Encoding.Latin1.GetString([.. buffered]));
            }
        }
    }

    public string[] All(string name)
    {
        StringComparison comparison = _defect == StreamDefect.NamesByCase || (_defect == StreamDefect.IdNameByCase && name == "Last-Event-ID")
            ? StringComparison.Ordinal
            : StringComparison.OrdinalIgnoreCase;
        return [.. _fields.Where(f => f.Name.Equals(name, comparison)).Select(f => f.Value)];
    }

    /// <summary>A parameter of the query, decoded.</summary>
    public string? Ask(string name)
    {
        string query = Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";
        string? found = query.Split('&').FirstOrDefault(p => p.StartsWith(name + "=", StringComparison.Ordinal));
        if (found is null)
        {
            return _defect == StreamDefect.NameFromQuery && name == "name" && query.Length > 0 ? Uri.UnescapeDataString(query) : null;
        }

        string value = Uri.UnescapeDataString(found[(name.Length + 1)..].Replace('+', ' '));
        return _defect == StreamDefect.EscapedTwice ? Uri.UnescapeDataString(value) : value;
    }

    /// <summary>An event stream is something that the client takes.</summary>
    public bool TakesEventStream()
    {
        string[] lines = All("Accept");
        switch (_defect)
        {
            case StreamDefect.NeedsAccept when lines.Length == 0:
                return false;
            case StreamDefect.AcceptWhole:
                return lines is [] or ["text/event-stream"] or ["*/*"];
            case StreamDefect.AcceptFirst:
                return lines is [] || lines[0].StartsWith("text/event-stream", StringComparison.Ordinal)
                    || lines[0].StartsWith("*/*", StringComparison.Ordinal);
            case StreamDefect.AcceptByLine when lines.Length > 0:
                lines = lines[..1];
                break;
            case StreamDefect.SpaceNotTrimmed when lines.Length > 0:
                return lines.Any(l => l.Trim(' ') == l && l.Trim('\t') == l);
        }

        string[] ranges = [.. lines.SelectMany(l => l.Split(',')).Select(r => r.Trim(' ', '\t')).Where(r => r.Length > 0)];
        return ranges.Length == 0 || ranges.Any(Matches);
    }

    private bool Matches(string range)
    {
        string[] parts = [.. range.Split(';').Select(p => p.Trim(' ', '\t'))];
        string type = _defect is StreamDefect.AcceptByCase ? parts[0] : parts[0].ToLowerInvariant();
        return !parts.Skip(1).Any(p => p is "q=0" or "q=0.0")
            && (type == "text/event-stream" || (type is "text/*" or "*/*" && _defect != StreamDefect.RefusesAny));
    }
}
