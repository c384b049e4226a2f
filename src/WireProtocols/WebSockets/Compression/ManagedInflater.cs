using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Inflates in managed code (RFC 1951). It compares every distance with the window that was agreed on, at every split, and so serves all windows
/// below 32 KiB; and those of 32 KiB where the platform's zlib is not to be had.
/// </summary>
/// <param name="windowBits">The size of the window that the sender keeps to, as its logarithm: 8 to 15.</param>
internal sealed class ManagedInflater(int windowBits) : WebSocketInflater
{
    private const int EndOfBlock = 256;
    private const int LongestLength = 258;
    private const int LastLengthSymbol = 285;
    private const int LastDistanceSymbol = 29;

    /// <summary>"The Huffman codes for the two alphabets are fixed" (RFC 1951 §3.2.6).</summary>
    private static readonly DeflateCode FixedLiterals =
        Build(
            [
                .. Enumerable.Repeat((byte)8, 144), .. Enumerable.Repeat((byte)9, 112), .. Enumerable.Repeat((byte)7, 24),
                .. Enumerable.Repeat((byte)8, 8),
            ]);

    private static readonly DeflateCode FixedDistances = Build([.. Enumerable.Repeat((byte)5, 32)]);

    private readonly DeflateWindow _window = new(windowBits);
    private readonly DeflateCodeLengths _codeLengths = new();
    private readonly DeflateCode _ownLiterals = new();
    private readonly DeflateCode _ownDistances = new();
    private DeflateCode _literals = FixedLiterals;
    private DeflateCode _distances = FixedDistances;
    private Step _step;
    private bool _isFinalBlock;
    private int _remaining;
    private int _distance;

    // Where in the present destination the stream begins; 0 when it began before.
    private int _streamStart;
    private ulong _keptBits;
    private int _keptCount;

    private enum Step
    {
        BlockHeader,
        StoredLength,
        Stored,
        CodeLengths,
        Symbols,
        Copy,

        /// <summary>Behind a block with BFINAL: what follows, in this message or the next, is another stream.</summary>
        Ended,
        Invalid,
    }

    /// <inheritdoc/>
    public override OperationStatus Inflate(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        DeflateBits bits = new(source, _keptBits, _keptCount);
        written = 0;
        _streamStart = 0;
        OperationStatus status;
        do
        {
            status = Advance(ref bits, destination, ref written);
        }
        while (status == OperationStatus.Done);

        if (status == OperationStatus.DestinationTooSmall)
        {
            bits.GiveBack();
        }
        else if (status == OperationStatus.InvalidData)
        {
            _step = Step.Invalid;
        }

        _window.Add(destination[_streamStart..written]);
        _keptBits = bits.Kept;
        _keptCount = bits.Count;
        consumed = bits.Index;
        return status;
    }

    /// <inheritdoc/>
    public override bool TryFinish()
    {
        // The tail is the length of an empty block without compression, behind its header, which fills the last byte up.
        if (_step == Step.StoredLength && _keptCount == 0)
        {
            _step = _isFinalBlock ? Step.Ended : Step.BlockHeader;
            return true;
        }

        // Nothing was removed after BFINAL=1, so nothing is appended.
        return _step == Step.Ended;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _window.Clear();
        _keptBits = 0;
        _keptCount = 0;
        _step = Step.BlockHeader;
    }

    /// <inheritdoc/>
    public override void BeginMessage()
    {
        if (_step == Step.Ended)
        {
            Reset();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private static DeflateCode Build(ReadOnlySpan<byte> lengths)
    {
        DeflateCode code = new();
        code.TryBuild(lengths, mayBeSingle: false);
        return code;
    }

    /// <returns><see cref="OperationStatus.Done"/> when there is another step to take.</returns>
    private OperationStatus Advance(ref DeflateBits bits, Span<byte> destination, ref int written) => _step switch
    {
        Step.BlockHeader => ReadBlockHeader(ref bits),
        Step.StoredLength => ReadStoredLength(ref bits),
        Step.Stored => ReadStored(ref bits, destination, ref written),
        Step.CodeLengths => ReadCodeLengths(ref bits),
        Step.Symbols => ReadSymbols(ref bits, destination, ref written),
        Step.Copy => Copy(destination, ref written),
        Step.Ended => StartAgain(ref bits, written),
        _ => OperationStatus.InvalidData,
    };

    private OperationStatus ReadBlockHeader(ref DeflateBits bits)
    {
        if (!bits.Has(3))
        {
            return OperationStatus.NeedMoreData;
        }

        _isFinalBlock = bits.Take(1) == 1;
        switch (bits.Take(2))
        {
            case 0:
                bits.Align();
                _step = Step.StoredLength;
                return OperationStatus.Done;
            case 1:
                (_literals, _distances) = (FixedLiterals, FixedDistances);
                _step = Step.Symbols;
                return OperationStatus.Done;
            case 2:
                _codeLengths.Begin();
                _step = Step.CodeLengths;
                return OperationStatus.Done;
            default:
                return OperationStatus.InvalidData;
        }
    }

    private OperationStatus ReadStoredLength(ref DeflateBits bits)
    {
        if (!bits.Has(32))
        {
            return OperationStatus.NeedMoreData;
        }

        // "LEN is the number of data bytes in the block. NLEN is the one's complement of LEN." (RFC 1951 §3.2.4)
        _remaining = bits.Take(16);
        if (bits.Take(16) != (~_remaining & 0xFFFF))
        {
            return OperationStatus.InvalidData;
        }

        _step = Step.Stored;
        return OperationStatus.Done;
    }

    private OperationStatus ReadStored(ref DeflateBits bits, Span<byte> destination, ref int written)
    {
        while (_remaining > 0)
        {
            if (written == destination.Length)
            {
                return OperationStatus.DestinationTooSmall;
            }

            if (bits.Count > 0)
            {
                destination[written++] = (byte)bits.Take(8);
                _remaining--;
                continue;
            }

            int length = Math.Min(Math.Min(_remaining, bits.Rest.Length), destination.Length - written);
            if (length == 0)
            {
                return OperationStatus.NeedMoreData;
            }

            bits.Rest[..length].CopyTo(destination[written..]);
            bits.Advance(length);
            written += length;
            _remaining -= length;
        }

        return EndBlock(ref bits);
    }

    private OperationStatus ReadCodeLengths(ref DeflateBits bits)
    {
        OperationStatus status = _codeLengths.Read(ref bits, _ownLiterals, _ownDistances);
        if (status == OperationStatus.Done)
        {
            (_literals, _distances) = (_ownLiterals, _ownDistances);
            _step = Step.Symbols;
        }

        return status;
    }

    /// <summary>Reads literals, up to the next match that has to be copied, or the end of the block.</summary>
    private OperationStatus ReadSymbols(ref DeflateBits bits, Span<byte> destination, ref int written)
    {
        while (written < destination.Length)
        {
            bits.Fill();
            (ulong Bits, int Count) before = bits.Mark;
            int symbol = _literals.Decode(ref bits);
            if ((uint)symbol < EndOfBlock)
            {
                destination[written++] = (byte)symbol;
                continue;
            }

            if (symbol == EndOfBlock)
            {
                return EndBlock(ref bits);
            }

            OperationStatus status = symbol == DeflateCode.NeedsMore ? OperationStatus.NeedMoreData : ReadMatch(symbol, ref bits, written);
            if (status == OperationStatus.NeedMoreData)
            {
                // A match is 48 bits at most, and fewer are there: they are kept, and read again when the rest has come.
                bits.Mark = before;
            }

            if (status != OperationStatus.Done)
            {
                return status;
            }

            status = Copy(destination, ref written);
            if (status != OperationStatus.Done)
            {
                return status;
            }
        }

        return OperationStatus.DestinationTooSmall;
    }

    /// <summary>Reads the rest of a match behind the symbol of its length: extra bits, and the distance (RFC 1951 §3.2.5).</summary>
    private OperationStatus ReadMatch(int symbol, ref DeflateBits bits, int written)
    {
        if (symbol is < 0 or > LastLengthSymbol)
        {
            return OperationStatus.InvalidData;
        }

        int lengthBits = symbol is < 265 or LastLengthSymbol ? 0 : (symbol - 261) >> 2;
        if (bits.Count < lengthBits)
        {
            return OperationStatus.NeedMoreData;
        }

        int length = symbol == LastLengthSymbol ? LongestLength
            : lengthBits == 0 ? symbol - 254
            : 3 + ((4 + ((symbol - 265) & 3)) << lengthBits) + bits.Take(lengthBits);
        int code = _distances.Decode(ref bits);
        if (code is < 0 or > LastDistanceSymbol)
        {
            return code == DeflateCode.NeedsMore ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        int distanceBits = Math.Max(0, (code >> 1) - 1);
        if (bits.Count < distanceBits)
        {
            return OperationStatus.NeedMoreData;
        }

        _distance = code < 4 ? code + 1 : 1 + ((2 + (code & 1)) << distanceBits) + bits.Take(distanceBits);
        _remaining = length;
        _step = Step.Copy;
        return _window.Reaches(_distance, written - _streamStart) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Copies as much of a match as there is room for.</summary>
    private OperationStatus Copy(Span<byte> destination, ref int written)
    {
        while (_remaining > 0)
        {
            int length = Math.Min(_remaining, destination.Length - written);
            if (length == 0)
            {
                return OperationStatus.DestinationTooSmall;
            }

            if (_distance > written)
            {
                // It begins before this destination, in the window; at most as much as lies there in a row.
                length = Math.Min(length, _distance - written);
                _window.CopyTo(_distance - written, destination.Slice(written, length));
            }
            else
            {
                // A match may overlap what it makes: it repeats itself then.
                length = Math.Min(length, _distance);
                destination.Slice(written - _distance, length).CopyTo(destination[written..]);
            }

            written += length;
            _remaining -= length;
        }

        _step = Step.Symbols;
        return OperationStatus.Done;
    }

    private OperationStatus EndBlock(ref DeflateBits bits)
    {
        if (_isFinalBlock)
        {
            bits.Align();
        }

        _step = _isFinalBlock ? Step.Ended : Step.BlockHeader;
        return OperationStatus.Done;
    }

    /// <summary>Begins another stream, with an empty window, where there is more input behind a block with BFINAL.</summary>
    private OperationStatus StartAgain(ref DeflateBits bits, int written)
    {
        if (!bits.Has(1))
        {
            return OperationStatus.NeedMoreData;
        }

        _window.Clear();
        _streamStart = written;
        _step = Step.BlockHeader;
        return OperationStatus.Done;
    }
}
