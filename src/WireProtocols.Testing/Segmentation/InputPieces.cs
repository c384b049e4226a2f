namespace WireProtocols.Testing;

/// <summary>
/// Cuts an input into the pieces that the input itself asks for, so that the fuzzer finds splits as it finds bytes. The first byte is
/// the plan: 0 is one piece, 1–31 are pieces of that size, anything else seeds pieces of random sizes from 0 to a random largest size.
/// </summary>
public ref struct InputPieces
{
    private ReadOnlySpan<byte> _rest;
    private uint _state;
    private readonly int _fixedSize;
    private readonly uint _largest;
    private bool _any;

    public InputPieces(ReadOnlySpan<byte> input)
    {
        byte plan = input.IsEmpty ? (byte)0 : input[0];
        _rest = input.IsEmpty ? input : input[1..];
        _fixedSize = plan == 0 ? int.MaxValue : plan < 32 ? plan : 0;
        _state = plan;
        _largest = 1 + (Next() % 64);
    }

    /// <summary>Everything that has not been handed out: at the start, the whole input without its plan.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes the next piece, which may be empty. There is always at least one.</summary>
    public bool TryTake(out ReadOnlySpan<byte> piece)
    {
        if (_rest.IsEmpty && _any)
        {
            piece = default;
            return false;
        }

        _any = true;
        int size = _fixedSize != 0 ? _fixedSize : (int)(Next() % (_largest + 1));
        piece = _rest[..Math.Min(size, _rest.Length)];
        _rest = _rest[piece.Length..];
        return true;
    }

    // A linear congruential generator (Numerical Recipes' constants); its high bits are the good ones.
    private uint Next() => (_state = (_state * 1664525) + 1013904223) >> 16;
}
