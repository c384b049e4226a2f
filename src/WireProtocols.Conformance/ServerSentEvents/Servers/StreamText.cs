using System.Text;

namespace WireProtocols.Conformance;

/// <summary>How a line ends.</summary>
internal enum StreamLineEnd
{
    None,
    Lf,
    Cr,
    CrLf,
}

/// <summary>A line.</summary>
/// <param name="Offset">Where it begins in the stream.</param>
/// <param name="Text">Without its end; bad UTF-8 replaced.</param>
/// <param name="End">Its end.</param>
internal sealed record StreamLine(int Offset, string Text, StreamLineEnd End)
{
    /// <summary>The name of the field; empty for a comment.</summary>
    public string Name => Text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? Text[..colon] : Text;

    public string Value
    {
        get
        {
            int colon = Text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? "" : Text.AsSpan(colon + 1) is [' ', .. var rest] ? rest.ToString() : Text[(colon + 1)..];
        }
    }

    public bool IsComment => Text is [':', ..];

    public bool IsKnown => IsComment || Name is "data" or "event" or "id" or "retry";
}

/// <summary>The lines before an empty line.</summary>
/// <param name="Lines">Comments among them.</param>
/// <param name="End">Where it ends in the stream, the empty line included.</param>
/// <param name="IsEnded">The empty line is there.</param>
internal sealed record StreamBlock(IReadOnlyList<StreamLine> Lines, int End, bool IsEnded)
{
    public string? Data => Lines.Any(l => l.Name == "data") ? string.Join('\n', Lines.Where(l => l.Name == "data").Select(l => l.Value)) : null;

    public string? Id => Lines.LastOrDefault(l => l.Name == "id" && !l.Value.Contains('\0', StringComparison.Ordinal))?.Value;

    public string? Type => Lines.LastOrDefault(l => l.Name == "event")?.Value;

    /// <summary>A client is told of it.</summary>
    public bool IsEvent => IsEnded && Data is not null;
}

/// <summary>An event stream, read to the letter.</summary>
internal sealed class StreamText
{
    private StreamText(IReadOnlyList<StreamLine> lines, IReadOnlyList<StreamBlock> blocks)
    {
        Lines = lines;
        Blocks = blocks;
        Events = [.. blocks.Where(b => b.IsEvent)];
    }

    /// <summary>The last one may have no end yet.</summary>
    public IReadOnlyList<StreamLine> Lines { get; }

    /// <summary>The last one may have no empty line yet.</summary>
    public IReadOnlyList<StreamBlock> Blocks { get; }

    public IReadOnlyList<StreamBlock> Events { get; }

    public IEnumerable<string> Ids => Events.Select(e => e.Id).OfType<string>();

    public static StreamText Parse(ReadOnlySpan<byte> bytes)
    {
        List<StreamLine> lines = [];
        List<StreamBlock> blocks = [];
        List<StreamLine> block = [];
        int at = bytes.StartsWith("\ufeff"u8) ? 3 : 0;
        while (at < bytes.Length)
        {
            int length = bytes[at..].IndexOfAny((byte)'\r', (byte)'\n');
            StreamLineEnd end = length < 0 ? StreamLineEnd.None
                : bytes[at + length] == '\n' ? StreamLineEnd.Lf
                : at + length + 1 < bytes.Length && bytes[at + length + 1] == '\n' ? StreamLineEnd.CrLf
                : StreamLineEnd.Cr;
            length = length < 0 ? bytes.Length - at : length;
            StreamLine line = new(at, Encoding.UTF8.GetString(bytes.Slice(at, length)), end);
            lines.Add(line);
            at += length + (end switch { StreamLineEnd.None => 0, StreamLineEnd.CrLf => 2, _ => 1 });
            if (line.Text.Length > 0 || end == StreamLineEnd.None)
            {
                block.Add(line);
            }
            else if (block.Count > 0)
            {
                blocks.Add(new StreamBlock([.. block], at, IsEnded: true));
                block.Clear();
            }
        }

        if (block.Count > 0)
        {
            blocks.Add(new StreamBlock([.. block], bytes.Length, IsEnded: false));
        }

        return new StreamText(lines, blocks);
    }
}
