namespace WireProtocols.Http1;

/// <summary>
/// Walks one Transfer-Encoding value: <c>#( token *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) ) )</c>
/// (RFC 9112 §6.1, RFC 9110 §10.1.4).
/// </summary>
internal ref struct Http1TransferCodings(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _value = value;
    private int _index;

    /// <summary>The name of the current coding.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Where the current coding begins in the value; at the end of the walk, where it stopped.</summary>
    public int Start { get; private set; }

    public bool HasParameters { get; private set; }

    /// <summary>False when the walk ended on a byte that breaks the grammar.</summary>
    public bool IsValid { get; private set; } = true;

    public bool MoveNext()
    {
        // A list may hold empty elements (RFC 9110 §5.6.1.2).
        while (true)
        {
            _index = Http1Grammar.SkipWhitespace(_value, _index);
            if (_index == _value.Length || _value[_index] != ',')
            {
                break;
            }

            _index++;
        }

        Start = _index;
        if (_index == _value.Length)
        {
            return false;
        }

        _index = Http1Grammar.SkipToken(_value, Start);
        Name = _value[Start.._index];
        HasParameters = false;
        if (Name.IsEmpty || !TrySkipParameters() || !IsAtEndOfElement())
        {
            IsValid = false;
            Start = _index;
            _index = _value.Length;
            return false;
        }

        return true;
    }

    private bool IsAtEndOfElement()
    {
        _index = Http1Grammar.SkipWhitespace(_value, _index);
        return _index == _value.Length || _value[_index] == ',';
    }

    private bool TrySkipParameters()
    {
        while (true)
        {
            int semicolon = Http1Grammar.SkipWhitespace(_value, _index);
            if (semicolon == _value.Length || _value[semicolon] != ';')
            {
                return true;
            }

            HasParameters = true;
            _index = Http1Grammar.SkipWhitespace(_value, semicolon + 1);
            if (!TrySkipToken() || !TrySkipEquals() || !TrySkipParameterValue())
            {
                return false;
            }
        }
    }

    private bool TrySkipEquals()
    {
        _index = Http1Grammar.SkipWhitespace(_value, _index);
        if (_index == _value.Length || _value[_index] != '=')
        {
            return false;
        }

        _index = Http1Grammar.SkipWhitespace(_value, _index + 1);
        return true;
    }

    private bool TrySkipParameterValue()
        => _index < _value.Length && _value[_index] == '"' ? Http1Grammar.TrySkipQuotedString(_value, ref _index) : TrySkipToken();

    private bool TrySkipToken()
    {
        int start = _index;
        _index = Http1Grammar.SkipToken(_value, start);
        return _index > start;
    }
}
