namespace WireProtocols.Testing;

/// <summary>
/// Rows that say what was decoded: what decoder, reader, oracle and vector are compared by. Adjacent payload pieces become one row, since
/// payload is all that a split may cut.
/// </summary>
public class Transcript
{
    private readonly List<string> _rows = [];
    private readonly List<byte> _payload = [];

    /// <summary>Adds an element, for instance <c>frame 0 fin text masked 5</c>.</summary>
    public void Row(string row)
    {
        ArgumentNullException.ThrowIfNull(row);
        FlushPayload();
        _rows.Add(row);
    }

    /// <summary>Adds a piece of payload; it ends up as the row <c>payload 48656c6c6f</c>.</summary>
    public void Payload(ReadOnlySpan<byte> piece) => _payload.AddRange(piece);

    /// <summary>Adds the violation that ended the input, as <c>error NonMinimalLength 3</c>.</summary>
    public void Error<TError>(TError error, long offset)
        where TError : struct, Enum
        => Row($"error {error} {offset}");

    public IReadOnlyList<string> Rows
    {
        get
        {
            FlushPayload();
            return _rows;
        }
    }

    private void FlushPayload()
    {
        if (_payload.Count > 0)
        {
            _rows.Add($"payload {Convert.ToHexStringLower([.. _payload])}");
            _payload.Clear();
        }
    }
}
