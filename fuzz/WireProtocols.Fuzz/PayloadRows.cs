namespace WireProtocols.Fuzz;

/// <summary>Elements as rows of text: what decoder, reader and oracle are compared by. However a payload was cut, it is one row.</summary>
public abstract class PayloadRows
{
    private readonly List<string> _rows = [];
    private readonly List<byte> _payload = [];

    public IReadOnlyList<string> Rows
    {
        get
        {
            Flush();
            return _rows;
        }
    }

    public void Payload(ReadOnlySpan<byte> bytes) => _payload.AddRange(bytes);

    public void Row(string row)
    {
        Flush();
        _rows.Add(row);
    }

    private void Flush()
    {
        if (_payload.Count > 0)
        {
            _rows.Add($"payload {Convert.ToHexStringLower([.. _payload])}");
            _payload.Clear();
        }
    }
}
