using System.Buffers;
using System.Text.Unicode;

namespace WireProtocols.Buffers;

/// <summary>
/// Validates UTF-8 (RFC 3629 §4) that arrives in pieces of any size, and fails at the first byte that no valid text can hold, even where
/// the character it belongs to is not complete yet.
/// </summary>
public struct Utf8Validator
{
    // The character under way: how many continuation bytes it still needs, and the range of the next one.
    private byte _needed;
    private byte _lowest;
    private byte _highest;

    /// <summary>True where a text may end: no character is under way.</summary>
    public readonly bool IsComplete => _needed == 0;

    /// <summary>Validates the next piece of the text.</summary>
    /// <param name="piece">The bytes that follow the previous piece; may be empty.</param>
    /// <param name="invalidIndex">The index in <paramref name="piece"/> of the first byte that breaks the text, or -1.</param>
    /// <returns><see cref="OperationStatus.Done"/> when the text may end here, <see cref="OperationStatus.NeedMoreData"/> when a character
    /// is under way, <see cref="OperationStatus.InvalidData"/> otherwise; call <see cref="Reset"/> then, before the next text.</returns>
    public OperationStatus Validate(ReadOnlySpan<byte> piece, out int invalidIndex)
    {
        int index = 0;
        if (_needed != 0 && !TryStep(piece, ref index, toBoundaryFrom: 0))
        {
            invalidIndex = index;
            return OperationStatus.InvalidData;
        }

        // The fast way passes over what is valid and stops on a character; the walk takes the rest, and says where an error is.
        index = SkipValid(piece, index);
        if (!TryStep(piece, ref index, toBoundaryFrom: piece.Length))
        {
            invalidIndex = index;
            return OperationStatus.InvalidData;
        }

        invalidIndex = -1;
        return _needed == 0 ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    /// <summary>Forgets the text so far.</summary>
    public void Reset() => this = default;

    /// <summary>Passes over valid text between characters, as far as the vectorized ways tell.</summary>
    private int SkipValid(ReadOnlySpan<byte> piece, int index)
    {
        if (!Utf8Block128.IsSupported || piece.Length - index < Utf8Block128.Size)
        {
            int tail = FindTail(piece[index..]) + index;
            return Utf8.IsValid(piece[index..tail]) ? tail : index;
        }

        index = Utf8Blocks.Skip(piece, index);
        if (index < Utf8Blocks.LookBehind && TryStep(piece, ref index, toBoundaryFrom: Utf8Blocks.LookBehind))
        {
            index = Utf8Blocks.Skip(piece, index);
        }

        return index;
    }

    /// <summary>Where the last, unfinished character of <paramref name="piece"/> begins, or its length when there is none.</summary>
    private static int FindTail(ReadOnlySpan<byte> piece)
    {
        for (int back = 1; back <= 3 && back <= piece.Length; back++)
        {
            byte value = piece[^back];
            if (value < 0x80)
            {
                break;
            }

            if (value >= 0xC0)
            {
                int length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return length > back ? piece.Length - back : piece.Length;
            }
        }

        return piece.Length;
    }

    /// <summary>Takes bytes one by one, until no character is under way at <paramref name="toBoundaryFrom"/> or later, to the end of the
    /// piece, or to a byte that is invalid; it stays on that one, however often it is called.</summary>
    private bool TryStep(ReadOnlySpan<byte> piece, ref int index, int toBoundaryFrom)
    {
        for (; index < piece.Length; index++)
        {
            byte value = piece[index];
            if (_needed == 0)
            {
                if (index >= toBoundaryFrom)
                {
                    return true;
                }

                if (!TryBegin(value))
                {
                    return false;
                }
            }
            else if (value < _lowest || value > _highest)
            {
                return false;
            }
            else
            {
                _needed--;
                (_lowest, _highest) = (0x80, 0xBF);
            }
        }

        return true;
    }

    /// <summary>Takes the first byte of a character (the table of RFC 3629 §4).</summary>
    private bool TryBegin(byte value)
    {
        (_needed, _lowest, _highest) = value switch
        {
            < 0x80 => ((byte)0, (byte)0, (byte)0),
            < 0xC2 => ((byte)255, (byte)0, (byte)0), // a continuation byte, or a two-byte form of ASCII
            < 0xE0 => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF), // below: overlong
            0xED => ((byte)2, (byte)0x80, (byte)0x9F), // above: surrogates
            < 0xF0 => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF), // below: overlong
            < 0xF4 => ((byte)3, (byte)0x80, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F), // above: beyond U+10FFFF
            _ => ((byte)255, (byte)0, (byte)0),
        };
        return _needed != 255;
    }
}
