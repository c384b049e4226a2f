using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>The automaton of a chunk line, <c>chunk-size [ chunk-ext ] CRLF</c> (RFC 9112 §7.1), a byte at a time, within its budgets.</summary>
internal sealed class ChunkLineParser(ChunkedOptions options)
{
    private const int MaxDigits = 16;

    private State _state;
    private Scratch _line;
    private bool _endsBlank;
    private int _digits;
    private int _length;
    private int _extensionBytes;

    private enum State : byte
    {
        Size,
        AfterSize,
        BeforeExtensionName,
        ExtensionName,
        AfterExtensionName,
        BeforeExtensionValue,
        ExtensionToken,
        ExtensionQuoted,
        ExtensionEscape,
        AfterExtensionValue,
        LineFeed,
        Complete,
    }

    /// <summary>The size that the line says.</summary>
    public long Size { get; private set; }

    /// <summary>Where the line begins in the body.</summary>
    public long Offset { get; private set; }

    /// <summary>The rule that the byte at the index breaks.</summary>
    public ChunkedProtocolError Error { get; private set; }

    /// <summary>Another body begins, with all its budgets.</summary>
    public void Reset()
    {
        _line.Release();
        (_state, _digits, _extensionBytes, Error) = (State.Size, 0, 0, ChunkedProtocolError.None);
    }

    /// <summary>Takes back the extensions that were lent.</summary>
    public void EndLoan() => _line.EndLoan();

    /// <summary>Gives the scratch back.</summary>
    public void Release() => _line.Release();

    /// <summary>Goes on with the line.</summary>
    /// <param name="source">Bytes of the body.</param>
    /// <param name="index">The first one to take; afterwards, the one behind the line, or the one that breaks a rule.</param>
    /// <param name="position">Where the source begins in the body.</param>
    /// <param name="bodyLeft">The largest size that is within the limit of the body.</param>
    /// <param name="extensions">The text after the first semicolon; lent until <see cref="EndLoan"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/> at the end of the line.</returns>
    public OperationStatus Take(ReadOnlySpan<byte> source, scoped ref int index, long position, long bodyLeft, out ReadOnlySpan<byte> extensions)
    {
        extensions = default;
        int kept = _state == State.Size ? -1 : index;
        while (index < source.Length)
        {
            byte value = source[index];
            Error = _state == State.Size ? StepSize(value, position + index, bodyLeft) : StepAfterSize(value);
            if (Error != ChunkedProtocolError.None)
            {
                return OperationStatus.InvalidData;
            }

            if (kept < 0 && _state != State.Size)
            {
                kept = index;
            }

            index++;
            if (_state == State.Complete)
            {
                (_state, _digits) = (State.Size, 0);
                extensions = ExtensionsOf(_line.Lend(kept < 0 ? default : source[kept..(index - 1)]));
                return OperationStatus.Done;
            }
        }

        if (kept >= 0)
        {
            _line.Gather(source[kept..]);
        }

        return OperationStatus.NeedMoreData;
    }

    private static ReadOnlySpan<byte> ExtensionsOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> extensions = line.Trim(" \t\r"u8);
        return extensions.IsEmpty ? default : extensions[1..].TrimStart(" \t"u8);
    }

    /// <summary>
    /// A digit of the size, or the end of it. "Recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors
    /// due to integer conversion overflows" (RFC 9112 §7.1).
    /// </summary>
    private ChunkedProtocolError StepSize(byte value, long offset, long bodyLeft)
    {
        int digit = ChunkedDigits.HexValues[value];
        if (digit > 15)
        {
            if (_digits == 0)
            {
                return ChunkedProtocolError.InvalidChunkSize;
            }

            _state = State.AfterSize;
            _length = _digits;
            _endsBlank = false;
            return StepAfterSize(value);
        }

        if (_digits == 0)
        {
            Offset = offset;
            Size = 0;
        }

        if (_digits == MaxDigits || Size > long.MaxValue >> 4)
        {
            return ChunkedProtocolError.ChunkSizeTooLarge;
        }

        _digits++;
        Size = (Size << 4) | (long)digit;
        return Size > bodyLeft ? ChunkedProtocolError.BodyTooLong : ChunkedProtocolError.None;
    }

    /// <summary>A byte after the size: within the budgets, and then as the grammar says.</summary>
    private ChunkedProtocolError StepAfterSize(byte value)
    {
        if (value is (byte)'\r' or (byte)'\n' || _state == State.LineFeed)
        {
            return StepLineEnd(value);
        }

        ChunkedProtocolError error = StepExtension(value);
        if (error != ChunkedProtocolError.None)
        {
            return error;
        }

        if (_length++ >= options.MaxLineLength)
        {
            return ChunkedProtocolError.LineTooLong;
        }

        return _extensionBytes++ >= options.MaxExtensionBytes ? ChunkedProtocolError.ExtensionsTooLong : ChunkedProtocolError.None;
    }

    /// <summary>
    /// <c>chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )</c>; white space is in the grammar around the
    /// semicolon and the equals sign, and nowhere else (RFC 9112 §7.1.1).
    /// </summary>
    private ChunkedProtocolError StepExtension(byte value)
    {
        bool blank = Http1Grammar.IsWhitespace(value);
        State? next = _state switch
        {
            State.AfterSize when blank => State.AfterSize,
            State.AfterSize when value == ';' => State.BeforeExtensionName,
            State.BeforeExtensionName when blank => State.BeforeExtensionName,
            State.BeforeExtensionName or State.ExtensionName when Http1Grammar.Token.Contains(value) => State.ExtensionName,
            State.ExtensionName or State.AfterExtensionName when blank => State.AfterExtensionName,
            State.ExtensionName or State.AfterExtensionName when value == '=' => State.BeforeExtensionValue,
            State.ExtensionName or State.AfterExtensionName when value == ';' => State.BeforeExtensionName,
            State.BeforeExtensionValue when blank => State.BeforeExtensionValue,
            State.BeforeExtensionValue when value == '"' => State.ExtensionQuoted,
            State.BeforeExtensionValue or State.ExtensionToken when Http1Grammar.Token.Contains(value) => State.ExtensionToken,
            State.ExtensionToken or State.AfterExtensionValue when blank => State.AfterExtensionValue,
            State.ExtensionToken or State.AfterExtensionValue when value == ';' => State.BeforeExtensionName,
            State.ExtensionQuoted when value == '"' => State.AfterExtensionValue,
            State.ExtensionQuoted when value == '\\' => State.ExtensionEscape,
            State.ExtensionQuoted or State.ExtensionEscape when !Http1Grammar.Controls.Contains(value) => State.ExtensionQuoted,
            _ => null,
        };
        if (next is null)
        {
            return _state == State.AfterSize && _length == _digits
                ? ChunkedProtocolError.InvalidChunkSize
                : ChunkedProtocolError.InvalidChunkExtension;
        }

        _state = next.Value;
        _endsBlank = blank;
        return ChunkedProtocolError.None;
    }

    /// <summary>CR and LF: where the grammar lets the line end, and as a pair.</summary>
    private ChunkedProtocolError StepLineEnd(byte value)
    {
        if (_state == State.LineFeed)
        {
            _state = State.Complete;
            return value == '\n' ? ChunkedProtocolError.None : ChunkedProtocolError.BareCarriageReturn;
        }

        if (_state is State.BeforeExtensionName or State.BeforeExtensionValue or State.ExtensionQuoted or State.ExtensionEscape)
        {
            return ChunkedProtocolError.InvalidChunkExtension;
        }

        if (!options.AllowWhitespaceAfterSize && _endsBlank)
        {
            return ChunkedProtocolError.WhitespaceBeforeLineEnd;
        }

        _state = value == '\r' ? State.LineFeed : State.Complete;
        return value == '\n' && !options.AllowBareLineFeed ? ChunkedProtocolError.BareLineFeed : ChunkedProtocolError.None;
    }
}
