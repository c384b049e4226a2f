using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>A piece of what crossed the wire.</summary>
/// <param name="IsSent">True for what the examiner sent.</param>
/// <param name="Note">What it is, in words.</param>
/// <param name="Bytes">Its first bytes.</param>
/// <param name="Length">How many bytes it has in all.</param>
public sealed record ConformanceTraceLine(bool IsSent, string Note, ReadOnlyMemory<byte> Bytes, long Length)
{
    /// <summary>The line for a person: direction, note, hex.</summary>
    public override string ToString()
    {
        string more = Length > Bytes.Length ? string.Create(CultureInfo.InvariantCulture, $" … {Length} bytes in all") : "";
        return $"{(IsSent ? "→" : "←")} {Note}: {Convert.ToHexStringLower(Bytes.Span)}{more}";
    }
}

/// <summary>What crossed the wire in a case, bounded.</summary>
internal sealed class ConformanceTrace
{
    private const int MaxLines = 64;
    private const int MaxBytesOfLine = 256;
    private readonly List<ConformanceTraceLine> _lines = [];
    private readonly Lock _lock = new();

    public IReadOnlyList<ConformanceTraceLine> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Takes over what crossed the wire elsewhere.</summary>
    public void Add(IReadOnlyList<ConformanceTraceLine> lines)
    {
        lock (_lock)
        {
            _lines.AddRange(lines.Take(MaxLines - _lines.Count));
        }
    }

    public void Add(bool isSent, string note, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_lines.Count < MaxLines)
            {
                _lines.Add(new ConformanceTraceLine(isSent, note, bytes[..Math.Min(bytes.Length, MaxBytesOfLine)].ToArray(), bytes.Length));
            }
        }
    }
}
