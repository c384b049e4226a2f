using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.ProxyProtocol;

/// <summary>
/// Decodes headers of the PROXY protocol, versions 1 and 2, that arrive in pieces of any size. A connection has one header: what follows it belongs
/// to somebody else, so whoever reads a connection stops there.
/// </summary>
/// <remarks>
/// An error is at the byte that decides it; one of a field of a line is at the beginning of the field, one of a TLV at that of the TLV or its value,
/// since neither is looked at before it is whole. Never more is held than <see cref="ProxyHeaderOptions.MaxLength"/> bytes.
/// </remarks>
public sealed class ProxyHeaderDecoder : IDisposable
{
    private readonly ProxyHeaderOptions _options;
    private Scratch _scratch;
    private int _length;
    private long _start;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Which headers are accepted; <see cref="ProxyHeaderOptions.Default"/> where null.</param>
    public ProxyHeaderDecoder(ProxyHeaderOptions? options = null) => _options = options ?? ProxyHeaderOptions.Default;

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public ProxyProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>Decodes the next header.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The header, valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ProxyHeader element)
    {
        bytesConsumed = 0;
        element = default;
        _scratch.EndLoan();
        if (Error != ProxyProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        if (_scratch.Length == 0)
        {
            _start = Position;
            if (!TryExamine(source))
            {
                return OperationStatus.InvalidData;
            }

            if (_length > 0 && _length <= source.Length)
            {
                return Finish(source[.._length], _length, out bytesConsumed, out element);
            }
        }

        return DecodeStepwise(source, out bytesConsumed, out element);
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.InvalidData"/> inside a header.</returns>
    public OperationStatus Complete()
    {
        if (Error == ProxyProtocolError.None && _scratch.Length > 0)
        {
            Fail(ProxyProtocolError.UnexpectedEnd, Position);
        }

        return Error == ProxyProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _scratch.Release();
        (Position, Error, ErrorOffset) = (0, ProxyProtocolError.None, 0);
    }

    /// <summary>Gives the scratch back to the pool.</summary>
    public void Dispose() => _scratch.Release();

    /// <summary>Gathers a header that comes in pieces, and never a byte of what is behind it.</summary>
    private OperationStatus DecodeStepwise(ReadOnlySpan<byte> source, out int bytesConsumed, out ProxyHeader element)
    {
        element = default;
        bytesConsumed = 0;
        while (bytesConsumed < source.Length)
        {
            ReadOnlySpan<byte> rest = source[bytesConsumed..];
            int count = Math.Min(rest.Length, CountMissing(rest));
            _scratch.Gather(rest[..count]);
            if (!TryExamine(_scratch.Gathered))
            {
                bytesConsumed = 0;
                return OperationStatus.InvalidData;
            }

            bytesConsumed += count;
            if (_scratch.Length == _length)
            {
                return Finish(_scratch.Lend(default), bytesConsumed, out bytesConsumed, out element);
            }
        }

        Position += bytesConsumed;
        return OperationStatus.NeedMoreData;
    }

    /// <summary>How many bytes can be taken in before one could be behind the header.</summary>
    private int CountMissing(ReadOnlySpan<byte> rest)
    {
        int gathered = _scratch.Length;
        if (_length > 0)
        {
            return _length - gathered;
        }

        // A line ends at its LF, if not before; the length of the other form stands at the end of the part that is always there.
        byte first = gathered > 0 ? _scratch.Gathered[0] : rest[0];
        int lineFeed = rest.IndexOf((byte)'\n') + 1;
        return first != 'P' ? ProxyHeader.FixedLength - gathered
            : lineFeed > 0 ? lineFeed
            : ProxyHeader.MaxLineLength - gathered;
    }

    private bool TryExamine(ReadOnlySpan<byte> bytes)
    {
        ProxyProtocolError error = ProxyPrefix.Examine(bytes, _options, out _length, out int index);
        if (error != ProxyProtocolError.None)
        {
            Fail(error, _start + index);
        }

        return error == ProxyProtocolError.None;
    }

    private OperationStatus Finish(ReadOnlySpan<byte> whole, int consumed, out int bytesConsumed, out ProxyHeader element)
    {
        ProxyProtocolError error = whole[0] == 'P'
            ? ProxyLineParser.Parse(whole, _start, out element, out int index)
            : ProxyBinaryParser.Parse(whole, _start, out element, out index);
        if (error != ProxyProtocolError.None)
        {
            element = default;
            bytesConsumed = 0;
            return Fail(error, _start + index);
        }

        bytesConsumed = consumed;
        Position += consumed;
        return OperationStatus.Done;
    }

    private OperationStatus Fail(ProxyProtocolError error, long offset)
    {
        (Error, ErrorOffset) = (error, offset);
        _scratch.Release();
        return OperationStatus.InvalidData;
    }
}
