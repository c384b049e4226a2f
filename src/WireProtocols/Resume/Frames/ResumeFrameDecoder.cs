using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Resume;

/// <summary>
/// Decodes a stream of frames, each behind its length (wire-resume §5), that arrives in pieces of any size. A frame is looked at when it is whole:
/// what it carries is kept whole by a session anyway. Never more is held than <see cref="ResumeFrameOptions.MaxFrameLength"/> bytes and a length.
/// </summary>
public sealed class ResumeFrameDecoder : IDisposable
{
    private readonly ResumeFrameOptions _options;
    private Scratch _scratch;
    private long _start;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">The limits; <see cref="ResumeFrameOptions.Default"/> where null.</param>
    public ResumeFrameDecoder(ResumeFrameOptions? options = null) => _options = options ?? ResumeFrameOptions.Default;

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public ResumeProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>Decodes the next frame.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The frame, valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ResumeFrame element)
    {
        bytesConsumed = 0;
        element = default;
        _scratch.EndLoan();
        if (Error != ResumeProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        if (_scratch.Length == 0)
        {
            _start = Position;
        }

        int taken = 0;
        while (true)
        {
            ReadOnlySpan<byte> gathered = _scratch.Length == 0 ? source[taken..] : _scratch.Gathered;
            if (!TryMeasure(gathered, out int needed, out int prefix))
            {
                return OperationStatus.InvalidData;
            }

            int missing = needed - _scratch.Length;
            if (prefix > 0 && source.Length - taken >= missing)
            {
                ReadOnlySpan<byte> whole = _scratch.Lend(source.Slice(taken, missing));
                return Finish(whole[prefix..], prefix, taken + missing, out bytesConsumed, out element);
            }

            int count = Math.Min(source.Length - taken, missing);
            if (count == 0)
            {
                Position += taken;
                bytesConsumed = taken;
                return OperationStatus.NeedMoreData;
            }

            _scratch.Gather(source.Slice(taken, count));
            taken += count;
        }
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.InvalidData"/> inside a frame.</returns>
    public OperationStatus Complete()
    {
        if (Error == ResumeProtocolError.None && _scratch.Length > 0)
        {
            Fail(ResumeProtocolError.UnexpectedEnd, Position);
        }

        return Error == ResumeProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _scratch.Release();
        (Position, Error, ErrorOffset) = (0, ResumeProtocolError.None, 0);
    }

    /// <summary>Gives the scratch back to the pool.</summary>
    public void Dispose() => _scratch.Release();

    /// <param name="bytes">The beginning of a length and its frame, or more than that.</param>
    /// <param name="needed">How many bytes there have to be before more can be said: those of the length, or of both.</param>
    /// <param name="prefix">How many bytes the length has; 0 where it is not whole yet.</param>
    /// <returns>False where the length is an error.</returns>
    private bool TryMeasure(ReadOnlySpan<byte> bytes, out int needed, out int prefix)
    {
        prefix = 0;
        needed = bytes.IsEmpty ? 1 : QuicVarInt.GetLength(bytes[0]);
        if (QuicVarInt.Decode(bytes, out long length, out int lengthOfLength) != OperationStatus.Done)
        {
            return true;
        }

        ResumeProtocolError error = lengthOfLength != QuicVarInt.GetLength(length) ? ResumeProtocolError.NumberTooLong
            : length == 0 ? ResumeProtocolError.FrameEmpty
            : length > _options.MaxFrameLength ? ResumeProtocolError.FrameTooLong
            : ResumeProtocolError.None;
        if (error != ResumeProtocolError.None)
        {
            Fail(error, _start);
            return false;
        }

        prefix = lengthOfLength;
        needed = prefix + (int)length;
        return true;
    }

    private OperationStatus Finish(ReadOnlySpan<byte> frame, int prefix, int consumed, out int bytesConsumed, out ResumeFrame element)
    {
        bytesConsumed = 0;
        OperationStatus status = ResumeFrameParser.Parse(frame, out element, out ResumeProtocolError error, out int offset);
        if (status == OperationStatus.InvalidData)
        {
            return Fail(error, _start + prefix + offset);
        }

        bytesConsumed = consumed;
        Position += consumed;
        return OperationStatus.Done;
    }

    private OperationStatus Fail(ResumeProtocolError error, long offset)
    {
        (Error, ErrorOffset) = (error, offset);
        _scratch.Release();
        return OperationStatus.InvalidData;
    }
}
