using System.Runtime.CompilerServices;

namespace WireProtocols.Ndjson;

/// <summary>
/// Checks that bytes are one JSON text (RFC 8259), fed in any split, and finds the first byte that no JSON text can have there. It never throws, and
/// looks at each byte once. It leaves UTF-8 to others: inside of strings every byte from 0x80 on is taken.
/// </summary>
/// <remarks>For whoever changes this: <c>JsonSyntaxTests</c> holds it against <c>Utf8JsonReader</c>, at every split. <see cref="Check"/> keeps in
/// locals what it changes for every token; a record of 170 bytes has about twenty.</remarks>
internal sealed class JsonSyntax(int maxDepth)
{
    private const int KindsPerWord = 64;

    // A bit for each open array or object: set for an object.
    private ulong[] _kinds = new ulong[1];
    private int _depth;
    private Expected _expected = Expected.Value;
    private Expected _afterValue;
    private Token _token;
    private bool _isName;
    private byte _left;
    private JsonNumberState _number;

    /// <summary>What may come next, white space apart.</summary>
    [Flags]
    private enum Expected : byte
    {
        Nothing = 0,
        Value = 1,
        Name = 2,
        Colon = 4,
        Comma = 8,
        CloseObject = 16,
        CloseArray = 32,
    }

    /// <summary>The token that the last piece left unfinished.</summary>
    private enum Token : byte
    {
        None,
        String,
        Escape,
        Hex,
        Number,
        True,
        False,
        Null,
    }

    /// <summary>How many arrays and objects may be open at once.</summary>
    public int MaxDepth => maxDepth;

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete => _expected == Expected.Nothing
        && (_token == Token.None || (_token == Token.Number && JsonNumber.MayEnd(_number)));

    /// <summary>Forgets the text: the next byte is the first of another one.</summary>
    public void Reset()
    {
        _depth = 0;
        (_expected, _afterValue) = (Expected.Value, Expected.Nothing);
        _token = Token.None;
    }

    /// <summary>Checks a whole text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">The offending byte, or the length where the text ends too early.</param>
    public NdjsonProtocolError CheckWhole(ReadOnlySpan<byte> text, out int index)
    {
        Reset();
        NdjsonProtocolError error = Check(text, out index);
        return error == NdjsonProtocolError.None && !IsComplete ? NdjsonProtocolError.InvalidJson : error;
    }

    /// <summary>Checks the next piece of a text.</summary>
    /// <param name="piece">The bytes that follow the piece before.</param>
    /// <param name="index">The offending byte; the length of the piece where there is none.</param>
    /// <returns><see cref="NdjsonProtocolError.None"/>, <see cref="NdjsonProtocolError.InvalidJson"/> or
    /// <see cref="NdjsonProtocolError.NestingTooDeep"/>; <see cref="Reset"/> has to follow an error.</returns>
    public NdjsonProtocolError Check(ReadOnlySpan<byte> piece, out int index)
    {
        index = 0;
        if (_token != Token.None && !TryResume(piece, ref index))
        {
            return NdjsonProtocolError.InvalidJson;
        }

        while (index < piece.Length)
        {
            byte value = piece[index];
            if (value == '"' && TryPassString(piece, ref index))
            {
                continue;
            }

            bool isTaken = value switch
            {
                (byte)'"' => TryTakeString(piece, ref index),
                (byte)',' => TryTakeComma(ref index),
                (byte)':' => TryTakeColon(ref index),
                (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r' => index++ >= 0,
                (byte)'{' or (byte)'[' => TryOpen(value == '{', ref index),
                (byte)'}' => TryClose(Expected.CloseObject, ref index),
                (byte)']' => TryClose(Expected.CloseArray, ref index),
                (byte)'t' => TryTakeLiteral(Token.True, piece, ref index),
                (byte)'f' => TryTakeLiteral(Token.False, piece, ref index),
                (byte)'n' => TryTakeLiteral(Token.Null, piece, ref index),
                (byte)'-' or (>= (byte)'0' and <= (byte)'9') => TryTakeNumber(piece, ref index),
                _ => false,
            };
            if (!isTaken)
            {
                // Where a value may stand, a bracket is refused for one reason only.
                bool isTooDeep = value is (byte)'{' or (byte)'[' && (_expected & Expected.Value) != 0;
                return isTooDeep ? NdjsonProtocolError.NestingTooDeep : NdjsonProtocolError.InvalidJson;
            }
        }

        return NdjsonProtocolError.None;
    }

    /// <summary>Goes on with the token that the piece before left unfinished.</summary>
    private bool TryResume(ReadOnlySpan<byte> piece, ref int index) => _token switch
    {
        Token.String => TryEndString(piece, ref index),
        Token.Escape or Token.Hex => TryTakeEscape(piece, ref index) && (_token != Token.String || TryEndString(piece, ref index)),
        Token.Number => TryEndNumber(piece, ref index),
        _ => TryEndLiteral(piece, ref index),
    };

    /// <summary>The common case in one go: a name with its colon, or a value with its
    /// comma, without escapes and all in the piece. Otherwise it takes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPassString(ReadOnlySpan<byte> piece, ref int index)
    {
        int end = JsonStrings.IndexOfSpecial(piece, index + 1);
        int next = end + 1;
        if (next >= piece.Length || piece[end] != '"')
        {
            return false;
        }

        if (_expected == Expected.Value && piece[next] == ',' && _afterValue != Expected.Nothing)
        {
            _expected = (_afterValue & Expected.CloseObject) != 0 ? Expected.Name : Expected.Value;
        }
        else if ((_expected & Expected.Name) != 0 && piece[next] == ':')
        {
            _expected = Expected.Value;
        }
        else
        {
            return false;
        }

        index = next + 1;
        return true;
    }

    private bool TryTakeString(ReadOnlySpan<byte> piece, ref int index)
    {
        if ((_expected & (Expected.Value | Expected.Name)) == 0)
        {
            return false;
        }

        _isName = (_expected & Expected.Name) != 0;
        index++;
        return TryEndString(piece, ref index);
    }

    private bool TryEndString(ReadOnlySpan<byte> piece, ref int index)
    {
        while (true)
        {
            index = JsonStrings.IndexOfSpecial(piece, index);
            if (index == piece.Length)
            {
                _token = Token.String;
                return true;
            }

            if (piece[index] == '"')
            {
                index++;
                EndString(piece, ref index);
                return true;
            }

            if (piece[index] != '\\')
            {
                // "All Unicode characters may be placed within the quotation marks, except for the characters that MUST be escaped: quotation
                // mark, reverse solidus, and the control characters (U+0000 through U+001F)" (RFC 8259 §7).
                return false;
            }

            index++;
            _token = Token.Escape;
            if (!TryTakeEscape(piece, ref index))
            {
                return false;
            }

            if (_token != Token.String)
            {
                return true;
            }
        }
    }

    private void EndString(ReadOnlySpan<byte> piece, ref int index)
    {
        _token = Token.None;
        if (!_isName)
        {
            _expected = _afterValue;
        }
        else if (index < piece.Length && piece[index] == ':')
        {
            index++;
            _expected = Expected.Value;
        }
        else
        {
            _expected = Expected.Colon;
        }
    }

    /// <summary>Takes what stands behind a backslash. Whole, it leaves <see cref="Token.String"/>.</summary>
    private bool TryTakeEscape(ReadOnlySpan<byte> piece, ref int index)
    {
        for (; index < piece.Length; index++)
        {
            byte value = piece[index];
            if (_token == Token.Escape && value == 'u')
            {
                (_token, _left) = (Token.Hex, 4);
                continue;
            }

            bool isAllowed = _token == Token.Escape ? "\"\\/bfnrt"u8.Contains(value) : char.IsAsciiHexDigit((char)value);
            if (!isAllowed)
            {
                return false;
            }

            if (_token == Token.Escape || --_left == 0)
            {
                index++;
                _token = Token.String;
                return true;
            }
        }

        return true;
    }

    private bool TryTakeComma(ref int index)
    {
        if ((_expected & Expected.Comma) == 0)
        {
            return false;
        }

        _expected = (_expected & Expected.CloseObject) != 0 ? Expected.Name : Expected.Value;
        index++;
        return true;
    }

    private bool TryTakeColon(ref int index)
    {
        bool isExpected = _expected == Expected.Colon;
        if (isExpected)
        {
            _expected = Expected.Value;
            index++;
        }

        return isExpected;
    }

    private bool TryOpen(bool isObject, ref int index)
    {
        if ((_expected & Expected.Value) == 0 || _depth >= maxDepth)
        {
            return false;
        }

        int word = _depth / KindsPerWord;
        if (word == _kinds.Length)
        {
            Array.Resize(ref _kinds, 2 * word);
        }

        ulong bit = 1UL << (_depth % KindsPerWord);
        _kinds[word] = isObject ? _kinds[word] | bit : _kinds[word] & ~bit;
        _depth++;
        Enter(isObject);
        _expected = isObject ? Expected.Name | Expected.CloseObject : Expected.Value | Expected.CloseArray;
        index++;
        return true;
    }

    private bool TryClose(Expected kind, ref int index)
    {
        if ((_expected & kind) == 0)
        {
            return false;
        }

        _depth--;
        if (_depth == 0)
        {
            _afterValue = Expected.Nothing;
        }
        else
        {
            int outer = _depth - 1;
            Enter((_kinds[outer / KindsPerWord] >> (outer % KindsPerWord) & 1) != 0);
        }

        _expected = _afterValue;
        index++;
        return true;
    }

    private void Enter(bool isObject) => _afterValue = Expected.Comma | (isObject ? Expected.CloseObject : Expected.CloseArray);

    private bool TryTakeLiteral(Token literal, ReadOnlySpan<byte> piece, ref int index)
    {
        if ((_expected & Expected.Value) == 0)
        {
            return false;
        }

        _expected = _afterValue;
        _token = literal;
        _left = (byte)NameOf(literal).Length;
        return TryEndLiteral(piece, ref index);
    }

    private bool TryEndLiteral(ReadOnlySpan<byte> piece, ref int index)
    {
        ReadOnlySpan<byte> name = NameOf(_token);
        if (_left == name.Length && piece[index..].StartsWith(name))
        {
            index += name.Length;
            _token = Token.None;
            return true;
        }

        while (_left > 0 && index < piece.Length)
        {
            if (piece[index] != name[name.Length - _left])
            {
                return false;
            }

            index++;
            _left--;
        }

        _token = _left == 0 ? Token.None : _token;
        return true;
    }

    private static ReadOnlySpan<byte> NameOf(Token literal) => literal switch
    {
        Token.True => "true"u8,
        Token.False => "false"u8,
        _ => "null"u8,
    };

    private bool TryTakeNumber(ReadOnlySpan<byte> piece, ref int index)
    {
        if ((_expected & Expected.Value) == 0)
        {
            return false;
        }

        _expected = _afterValue;
        _number = JsonNumberState.Start;
        return TryEndNumber(piece, ref index);
    }

    private bool TryEndNumber(ReadOnlySpan<byte> piece, ref int index)
    {
        JsonNumber.Take(piece, ref index, ref _number);
        if (index == piece.Length)
        {
            _token = Token.Number;
            return true;
        }

        _token = Token.None;
        return JsonNumber.MayEnd(_number);
    }
}
