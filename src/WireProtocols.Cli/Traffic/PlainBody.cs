using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;

namespace WireProtocols.Cli.Traffic;

/// <summary>A body as it is, of a length that is known or up to the end of the connection.</summary>
internal sealed class PlainBody : HttpBody
{
    /// <summary>Rows of data are cut here, counted from the start of the body, so that the cuts do not show how the input was read.</summary>
    private const int RowLength = 48 * 1024;

    private static readonly ProtocolRule Whole = new("A body has as many bytes as Content-Length says", "RFC 9112 §8");

    private readonly FormatRun _run;
    private readonly long? _length;
    private readonly TrafficSettings _settings;
    private readonly byte[] _row;
    private BodyContent? _content;
    private int _kept;
    private long _rowLength;
    private long _position;

    public PlainBody(FormatRun run, long? length, BodyContent? content, TrafficSettings settings)
    {
        _run = run;
        _length = length;
        _content = content;
        _settings = settings;
        _row = new byte[run.Json ? (int)Math.Min(RowLength, length ?? RowLength) : run.View.MaxPayload];
        IsComplete = length == 0;
    }

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..(int)Math.Min(bytes.Length, _length - _position ?? long.MaxValue)];
        if (_content is null)
        {
            Collect(bytes);
        }
        else if (!_content.Feed(bytes))
        {
            // What it says is not what it is said to be; the rest is shown as it is.
            _content.Dispose();
            _content = null;
        }

        _position += bytes.Length;
        if (_position == _length)
        {
            End();
        }

        return bytes.Length;
    }

    public override void Complete()
    {
        if (_length is null)
        {
            End();
            return;
        }

        ShowRow();
        _run.Fail("UnexpectedEnd", Whole, _position);
    }

    public override void Pause()
    {
        if (_settings.IsLive)
        {
            ShowRow();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _content?.Dispose();
        base.Dispose(disposing);
    }

    private void Collect(ReadOnlySpan<byte> bytes)
    {
        long start = _position;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..(int)Math.Min(bytes.Length, RowLength - _rowLength)];
            int kept = Math.Min(piece.Length, _row.Length - _kept);
            piece[..kept].CopyTo(_row.AsSpan(_kept));
            _kept += kept;
            _rowLength += piece.Length;
            start += piece.Length;
            bytes = bytes[piece.Length..];
            if (_rowLength == RowLength)
            {
                ShowRow(start);
            }
        }
    }

    private void ShowRow() => ShowRow(_position);

    /// <param name="end">Where the row ends.</param>
    private void ShowRow(long end)
    {
        if (_rowLength == 0)
        {
            return;
        }

        if (_run.Json)
        {
            _run.Rows.Begin("data"u8);
            _run.Rows.WriteOffset(end - _rowLength);
            _run.Rows.WritePayload(_row.AsSpan(0, _kept));
            _run.Rows.End();
        }
        else
        {
            _run.View.Element(end - _rowLength, $"body, {HumanView.Count(_rowLength)}");
            _run.View.Payload(_row.AsSpan(0, _kept), _rowLength);
        }

        (_kept, _rowLength) = (0, 0);
    }

    private void End()
    {
        ShowRow();
        _content?.Complete();
        IsComplete = true;
        if (_run.Json)
        {
            Utf8JsonWriter row = _run.Rows.Begin("end"u8);
            row.WriteNumber("consumed"u8, _position);
            row.WriteNumber("bodyLength"u8, _position);
            _run.Rows.End();
            return;
        }

        _run.View.Element(_position, $"end of the body: {HumanView.Count(_position)}");
    }
}
