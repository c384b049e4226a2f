using System.Runtime.InteropServices;

namespace WireProtocols.Testing;

/// <summary>Makes inputs of inputs: by bytes, by words of a dictionary, by pieces of other inputs, and by elements where the format is
/// known.</summary>
public sealed class FuzzMutator
{
    private const int MostBlockBits = 6;
    private const int LongestRunBits = 7;

    private static readonly byte[] Interesting
        = [0x00, 0x01, 0x09, 0x0A, 0x0D, 0x1E, 0x20, 0x22, 0x2C, 0x30, 0x3A, 0x3B, 0x7D, 0x7E, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xF4, 0xFE, 0xFF];

    private readonly Random _dice;
    private readonly FuzzFormat? _format;
    private readonly IReadOnlyList<byte[]> _words;
    private readonly int _maxLength;

    // The input that is being made.
    private readonly List<byte> _bytes = [];

    /// <param name="dice">Where chance comes from: the same dice give the same inputs.</param>
    /// <param name="format">The format; null where only bytes are known.</param>
    /// <param name="words">What the code under test compares with.</param>
    /// <param name="maxLength">The longest input.</param>
    public FuzzMutator(Random dice, FuzzFormat? format = null, IReadOnlyList<byte[]>? words = null, int maxLength = 4096)
    {
        ArgumentNullException.ThrowIfNull(dice);
        _dice = dice;
        _format = format;
        _words = words ?? [];
        _maxLength = maxLength;
    }

    /// <summary>How many inputs were made by elements.</summary>
    public long Structured { get; private set; }

    /// <summary>The next input.</summary>
    /// <param name="inputs">Those it is made of; there is at least one.</param>
    /// <param name="start">The one to begin with.</param>
    public byte[] Next(IReadOnlyList<byte[]> inputs, byte[] start)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(start);
        _bytes.Clear();
        bool byElements = _format is not null && _dice.Next(2) == 0;
        if (byElements)
        {
            ByElements(inputs, start);
        }
        else
        {
            _bytes.AddRange(start);
        }

        if (!byElements || _dice.Next(4) == 0)
        {
            ByBytes(inputs);
        }

        return [.. CollectionsMarshal.AsSpan(_bytes)[..Math.Min(_bytes.Count, _maxLength)]];
    }

    private void ByElements(IReadOnlyList<byte[]> inputs, byte[] start)
    {
        Structured++;
        int setup = Math.Min(_format!.SetupLength, start.Length);
        List<byte[]> elements = [.. _format.Split(start.AsSpan(setup))];
        for (int count = 1 << _dice.Next(4); count > 0; count--)
        {
            ChangeElements(elements, inputs);
        }

        _bytes.AddRange(start.AsSpan(0, setup));
        if (setup > 0 && _dice.Next(4) == 0)
        {
            _bytes[_dice.Next(setup)] = (byte)_dice.Next(256);
        }

        foreach (byte[] element in elements)
        {
            _bytes.AddRange(element);
        }
    }

    private void ChangeElements(List<byte[]> elements, IReadOnlyList<byte[]> inputs)
    {
        int at = _dice.Next(elements.Count + 1);
        bool isThere = at < elements.Count;
        switch (_dice.Next(8))
        {
            case 0 when isThere:
                elements.RemoveAt(at);
                break;
            case 1 when isThere:
                elements.Insert(_dice.Next(elements.Count + 1), elements[at]);
                break;
            case 2 when isThere:
                int other = _dice.Next(elements.Count);
                (elements[at], elements[other]) = (elements[other], elements[at]);
                break;
            case 3 or 4 when isThere:
                elements[at] = _format!.Change(elements[at], _dice);
                break;
            case 5:
                byte[] from = Pick(inputs);
                IReadOnlyList<byte[]> theirs = _format!.Split(from.AsSpan(Math.Min(_format.SetupLength, from.Length)));
                int first = _dice.Next(theirs.Count + 1);
                elements.InsertRange(at, theirs.Skip(first).Take(_dice.Next(8)));
                break;
            default:
                elements.Insert(at, _format!.Create(_dice));
                break;
        }
    }

    private void ByBytes(IReadOnlyList<byte[]> inputs)
    {
        for (int count = 1 << _dice.Next(4); count > 0; count--)
        {
            ChangeBytes(_bytes, inputs);
        }
    }

    private void ChangeBytes(List<byte> bytes, IReadOnlyList<byte[]> inputs)
    {
        int at = _dice.Next(bytes.Count + 1);
        int length = _dice.Next(Math.Min(1 << _dice.Next(MostBlockBits + 1), bytes.Count - at) + 1);
        switch (_dice.Next(10))
        {
            case 0:
                bytes.Insert(at, Interesting[_dice.Next(Interesting.Length)]);
                break;
            case 1 when at < bytes.Count:
                bytes[at] = Interesting[_dice.Next(Interesting.Length)];
                break;
            case 2 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _dice.Next(8));
                break;
            case 3 when at < bytes.Count:
                bytes[at] = (byte)(bytes[at] + _dice.Next(-16, 17));
                break;
            case 4 when at < bytes.Count:
                bytes[at] = (byte)_dice.Next(256);
                break;
            case 5:
                bytes.RemoveRange(at, length);
                break;
            case 6:
                // A copy, since what stands behind the place moves before the piece is put there.
                Span<byte> piece = stackalloc byte[1 << MostBlockBits];
                CollectionsMarshal.AsSpan(bytes).Slice(at, length).CopyTo(piece);
                bytes.InsertRange(_dice.Next(bytes.Count + 1), piece[..length]);
                break;
            case 7 when _words.Count > 0:
                byte[] word = Pick(_words);
                bytes.RemoveRange(at, Math.Min(_dice.Next(2) * word.Length, bytes.Count - at));
                bytes.InsertRange(at, word.AsSpan());
                break;
            case 8:
                Splice(bytes, at, Pick(inputs));
                break;
            default:
                Span<byte> same = stackalloc byte[1 << LongestRunBits];
                same.Fill(Interesting[_dice.Next(Interesting.Length)]);
                bytes.InsertRange(at, same[..(1 << _dice.Next(_dice.Next(LongestRunBits + 1) + 1))]);
                break;
        }
    }

    /// <summary>A piece of another input in place of what stands there, or all of its end in place of the rest.</summary>
    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        int from = _dice.Next(other.Length + 1);
        int length = _dice.Next(other.Length - from + 1);
        bytes.RemoveRange(at, _dice.Next(2) == 0 ? bytes.Count - at : Math.Min(length, bytes.Count - at));
        bytes.InsertRange(at, other.AsSpan(from, length));
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_dice.Next(from.Count)];
}
