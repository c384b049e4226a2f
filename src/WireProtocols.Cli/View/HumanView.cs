using System.Globalization;
using System.Text;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.View;

/// <summary>
/// The view for a person: an element is a heading with its offset, below it the bits of its header by name, its fields, and a preview of its
/// payload in hex and text. Everything that comes from the peer goes through <see cref="SafeText"/>.
/// </summary>
internal sealed class HumanView(OutputBuffer output, bool colour, int maxPayload, RowLabel? label = null, long origin = 0)
{
    private const string Indent = "    ";
    private const int BytesPerLine = 16;

    /// <summary>How many bytes of a payload the preview shows.</summary>
    public int MaxPayload { get; } = maxPayload;

    /// <summary>Starts an element: <c>@12  text frame, masked, 5 bytes</c>.</summary>
    public void Element(long offset, string title)
    {
        Paint(Ink.Faint, string.Create(CultureInfo.InvariantCulture, $"@{origin + offset}"));
        Put("  ");
        Paint(Ink.Heading, (label?.ToHeading() ?? "") + title);
        EndLine();
    }

    /// <summary>A field of the element: <c>length: 5</c>.</summary>
    public void Field(string name, string value)
    {
        Put(Indent);
        Paint(Ink.Name, name);
        Put($": {value}");
        EndLine();
    }

    /// <summary>Bits of a header byte: <c>.000 0001  opcode: text (1)</c>.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="mask">Which of its bits are meant.</param>
    /// <param name="name">Their name.</param>
    /// <param name="meaning">What they say.</param>
    public void Bits(byte value, byte mask, string name, string meaning)
    {
        Span<char> pattern = stackalloc char[9];
        for (int bit = 7, at = 0; bit >= 0; bit--)
        {
            pattern[at++] = ((mask >> bit) & 1) == 0 ? '.' : ((value >> bit) & 1) == 0 ? '0' : '1';
            if (bit == 4)
            {
                pattern[at++] = ' ';
            }
        }

        Put(Indent);
        Paint(Ink.Faint, pattern.ToString());
        Put("  ");
        Paint(Ink.Name, name);
        Put($": {meaning}");
        EndLine();
    }

    /// <summary>A preview of a payload, at most <see cref="MaxPayload"/> bytes of it.</summary>
    /// <param name="payload">Its first bytes, at least as many as the preview shows.</param>
    /// <param name="length">How many bytes it has in all.</param>
    /// <param name="name">What it is called.</param>
    public void Payload(ReadOnlySpan<byte> payload, long length, string name = "payload")
    {
        Field(name, Count(length));
        ReadOnlySpan<byte> shown = payload[..(int)Math.Min(payload.Length, Math.Min(length, MaxPayload))];
        for (int at = 0; at < shown.Length; at += BytesPerLine)
        {
            HexLine(at, shown[at..Math.Min(at + BytesPerLine, shown.Length)]);
        }

        if (shown.Length < length && shown.Length > 0)
        {
            Put(Indent);
            Put(Indent);
            Paint(Ink.Faint, $"… {Count(length - shown.Length)} more (--max-payload shows more)");
            EndLine();
        }
    }

    /// <summary>A remark that belongs to the element above it.</summary>
    public void Remark(string text)
    {
        Put(Indent);
        Paint(Ink.Faint, text);
        EndLine();
    }

    /// <summary>What rule was broken, and a caret under the byte that broke it.</summary>
    /// <param name="code">The name of the error.</param>
    /// <param name="message">The rule in a sentence.</param>
    /// <param name="section">Where it stands.</param>
    /// <param name="offset">The offending byte from where offsets count; the input's length when it ended too early.</param>
    /// <param name="history">The input from its start; nothing after the offending byte is shown, however much of it has been read.</param>
    public void Violation(string code, string message, string section, long offset, History history)
    {
        offset += origin;
        Paint(Ink.Bad, string.Create(CultureInfo.InvariantCulture, $"@{offset}  {label?.ToHeading()}violation: {code} ({section})"));
        EndLine();
        Put(Indent + message);
        EndLine();
        int column = (int)(offset % BytesPerLine);
        Span<byte> line = stackalloc byte[BytesPerLine];
        for (long start = Math.Max(0, offset - column - BytesPerLine); start <= offset; start += BytesPerLine)
        {
            int count = history.Copy(start, line[..(int)Math.Min(BytesPerLine, offset + 1 - start)]);
            if (count > 0)
            {
                HexLine(start, line[..count]);
            }
        }

        Put(Indent + Indent + new string(' ', 10 + (3 * column) + (column >= 8 ? 1 : 0)));
        Paint(Ink.Bad, "^^");
        EndLine();
    }

    /// <summary>A number of bytes in words.</summary>
    public static string Count(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes} byte{(bytes == 1 ? "" : "s")}");

    private void HexLine(long address, ReadOnlySpan<byte> bytes)
    {
        StringBuilder hex = new(64);
        StringBuilder text = new(BytesPerLine);
        for (int i = 0; i < bytes.Length; i++)
        {
            hex.Append(i == 8 ? " " : "").Append(CultureInfo.InvariantCulture, $"{bytes[i]:x2} ");
            text.Append(bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.');
        }

        Put(Indent + Indent);
        Paint(Ink.Faint, address.ToString("x8", CultureInfo.InvariantCulture));
        Put("  " + hex.ToString().PadRight((3 * BytesPerLine) + 2));
        Paint(Ink.Good, text.ToString());
        EndLine();
    }

    private void Put(string text) => output.Write(text);

    private void Paint(Ink ink, string text)
        => output.Write(colour && ink != Ink.Plain ? string.Create(CultureInfo.InvariantCulture, $"\e[{(int)ink}m{text}\e[0m") : text);

    private void EndLine()
    {
        output.Write("\n"u8);
        output.EndElement();
    }
}
