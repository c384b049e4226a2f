using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>Goes through parameters or causes, in order.</summary>
public ref struct SctpParameterEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _start;
    private int _at;
    private int _next;
    private int _length;

    /// <param name="bytes">Parameters one behind the other. The padding of the last may be missing.</param>
    /// <param name="start">Where they begin in the packet.</param>
    internal SctpParameterEnumerator(ReadOnlySpan<byte> bytes, int start)
    {
        _bytes = bytes;
        _start = start;
    }

    /// <summary>The parameter.</summary>
    public readonly SctpParameter Current => new(
        BinaryPrimitives.ReadUInt16BigEndian(_bytes[_at..]),
        _start + _at,
        _bytes.Slice(_at + SctpParameter.HeaderSize, _length - SctpParameter.HeaderSize));

    /// <summary>Where the parameter begins, whole or not.</summary>
    internal readonly int Offset => _start + _at;

    /// <summary>Whether the header of the parameter is there, and what it counts.</summary>
    internal readonly bool FitsIn => _length >= SctpParameter.HeaderSize && _length <= _bytes.Length - _at;

    /// <summary>Goes on to the next parameter; false behind the last.</summary>
    public bool MoveNext()
    {
        _at = _next;
        if (_at >= _bytes.Length)
        {
            return false;
        }

        bool hasHeader = _bytes.Length - _at >= SctpParameter.HeaderSize;
        _length = hasHeader ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[(_at + sizeof(ushort))..]) : 0;
        _next = FitsIn ? _at + SctpParameter.Pad(_length) : _bytes.Length;
        return true;
    }

    /// <summary>The parameters in order.</summary>
    public readonly SctpParameterEnumerator GetEnumerator() => this;

    /// <summary>Whether every parameter ends within the chunk.</summary>
    /// <param name="errorOffset">Where the first begins that does not.</param>
    internal readonly bool AreWhole(out int errorOffset)
    {
        SctpParameterEnumerator copy = this;
        while (copy.MoveNext())
        {
            if (!copy.FitsIn)
            {
                errorOffset = copy.Offset;
                return false;
            }
        }

        errorOffset = 0;
        return true;
    }
}
