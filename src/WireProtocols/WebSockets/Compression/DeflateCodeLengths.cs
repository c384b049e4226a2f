using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>The header of a block with codes of its own, which may come in any split (RFC 1951 §3.2.7). It is kept as far as it has come.</summary>
internal sealed class DeflateCodeLengths
{
    private const int MaxLiterals = 286;
    private const int MaxDistances = 30;
    private const int EndOfBlock = 256;

    private readonly byte[] _lengthCodeLengths = new byte[19];
    private readonly byte[] _lengths = new byte[MaxLiterals + MaxDistances];
    private readonly DeflateCode _lengthCode = new();
    private int _literals;
    private int _distances;
    private int _lengthCodes;
    private int _read;
    private bool _hasLengthCode;

    private static ReadOnlySpan<byte> Order => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Begins another header.</summary>
    public void Begin()
    {
        _literals = 0;
        _read = 0;
        _hasLengthCode = false;
        Array.Clear(_lengthCodeLengths);
    }

    /// <summary>Reads on.</summary>
    /// <param name="bits">The input.</param>
    /// <param name="literals">Becomes the code of literals and lengths.</param>
    /// <param name="distances">Becomes the code of distances.</param>
    /// <returns><see cref="OperationStatus.Done"/> when both codes are built.</returns>
    public OperationStatus Read(ref DeflateBits bits, DeflateCode literals, DeflateCode distances)
    {
        OperationStatus status = _hasLengthCode ? OperationStatus.Done : ReadLengthCode(ref bits);
        while (status == OperationStatus.Done && _read < _literals + _distances)
        {
            status = ReadLength(ref bits);
        }

        if (status != OperationStatus.Done)
        {
            return status;
        }

        ReadOnlySpan<byte> all = _lengths.AsSpan(0, _read);
        return all[EndOfBlock] > 0 && literals.TryBuild(all[.._literals], mayBeSingle: true)
            && distances.TryBuild(all[_literals..], mayBeSingle: true)
            ? OperationStatus.Done
            : OperationStatus.InvalidData;
    }

    /// <summary>Reads the code that the lengths are written in.</summary>
    private OperationStatus ReadLengthCode(ref DeflateBits bits)
    {
        if (_literals == 0)
        {
            if (!bits.Has(14))
            {
                return OperationStatus.NeedMoreData;
            }

            _literals = bits.Take(5) + 257;
            _distances = bits.Take(5) + 1;
            _lengthCodes = bits.Take(4) + 4;
            if (_literals > MaxLiterals || _distances > MaxDistances)
            {
                return OperationStatus.InvalidData;
            }
        }

        for (; _read < _lengthCodes; _read++)
        {
            if (!bits.Has(3))
            {
                return OperationStatus.NeedMoreData;
            }

            _lengthCodeLengths[Order[_read]] = (byte)bits.Take(3);
        }

        _read = 0;
        _hasLengthCode = true;
        return _lengthCode.TryBuild(_lengthCodeLengths, mayBeSingle: false) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Reads a length, or a run of lengths that are alike.</summary>
    private OperationStatus ReadLength(ref DeflateBits bits)
    {
        bits.Fill();
        (ulong Bits, int Count) before = bits.Mark;
        int symbol = _lengthCode.Decode(ref bits);
        if (symbol < 0)
        {
            return symbol == DeflateCode.NeedsMore ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        if (symbol < 16)
        {
            _lengths[_read++] = (byte)symbol;
            return OperationStatus.Done;
        }

        (int extraBits, int shortest) = symbol switch { 16 => (2, 3), 17 => (3, 3), _ => (7, 11) };
        if (bits.Count < extraBits)
        {
            bits.Mark = before;
            return OperationStatus.NeedMoreData;
        }

        int count = shortest + bits.Take(extraBits);
        if (count > _literals + _distances - _read || (symbol == 16 && _read == 0))
        {
            return OperationStatus.InvalidData;
        }

        _lengths.AsSpan(_read, count).Fill(symbol == 16 ? _lengths[_read - 1] : (byte)0);
        _read += count;
        return OperationStatus.Done;
    }
}
