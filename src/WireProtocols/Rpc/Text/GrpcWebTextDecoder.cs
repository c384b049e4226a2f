using System.Buffers;
using System.Buffers.Text;

namespace WireProtocols.Rpc;

/// <summary>
/// Decodes the text form of gRPC-Web (PROTOCOL-WEB §Protocol differences) that arrives in pieces of any size: base64 whose padding may stand
/// behind any group, since "the implementation may send base64-encoded chunks with potential padding whenever the runtime needs to flush a byte
/// buffer". It is strict about everything else: no white space, no other alphabet, whole groups, no bits left over.
/// </summary>
public sealed class GrpcWebTextDecoder
{
    private const int GroupLength = 4;
    private const int GroupBytes = 3;

    private int _bits;
    private int _count;
    private bool _isPadded;

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public RpcProtocolError Error { get; private set; }

    /// <summary>The offset of the offending character, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of characters taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>The most bytes that so many characters can become, those of a group that was begun before included.</summary>
    public static int GetMaxDecodedLength(int length) => checked((length / GroupLength * GroupBytes) + GroupBytes);

    /// <summary>Decodes the next characters.</summary>
    /// <param name="source">The characters that follow those consumed so far.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesConsumed">How many characters were taken in.</param>
    /// <param name="bytesWritten">How many bytes came out of them.</param>
    /// <returns><see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken in),
    /// <see cref="OperationStatus.DestinationTooSmall"/> (call again with the rest), or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesConsumed, out int bytesWritten)
    {
        int index = 0;
        int written = 0;
        OperationStatus status = Error == RpcProtocolError.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        while (status == OperationStatus.NeedMoreData && index < source.Length)
        {
            if (_count == 0)
            {
                TakeGroups(source[index..], destination[written..], out int taken, out int made);
                index += taken;
                written += made;
                Position += taken;
                if (index == source.Length)
                {
                    break;
                }
            }

            status = TakeCharacter(source[index], destination[written..], out int count);
            if (status == OperationStatus.NeedMoreData)
            {
                index++;
                Position++;
                written += count;
            }
        }

        bytesConsumed = index;
        bytesWritten = written;
        return status;
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between groups; otherwise <see cref="OperationStatus.InvalidData"/> with
    /// <see cref="RpcProtocolError.UnexpectedEnd"/>.</returns>
    public OperationStatus Complete()
    {
        if (Error == RpcProtocolError.None && _count > 0)
        {
            Fail(RpcProtocolError.UnexpectedEnd, Position);
        }

        return Error == RpcProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Forgets everything: the next character is the first of an input.</summary>
    public void Reset()
    {
        (_bits, _count, _isPadded) = (0, 0, false);
        (Position, Error, ErrorOffset) = (0, RpcProtocolError.None, 0);
    }

    /// <summary>Takes as many whole groups without padding as there are and as fit.</summary>
    private static void TakeGroups(ReadOnlySpan<byte> source, Span<byte> destination, out int taken, out int made)
    {
        int most = (int)Math.Min(source.Length, (long)destination.Length / GroupBytes * GroupLength);
        int run = source[..most].IndexOfAnyExcept(RpcBase64.Bytes);
        int groups = (run < 0 ? most : run) / GroupLength * GroupLength;
        Base64.DecodeFromUtf8(source[..groups], destination, out taken, out made);
    }

    private OperationStatus TakeCharacter(byte character, Span<byte> destination, out int written)
    {
        written = 0;
        if (character == '=')
        {
            return TakePadding(destination, out written);
        }

        int value = RpcBase64.ValueOf(character);
        if (value < 0 || _isPadded)
        {
            return Fail(value < 0 ? RpcProtocolError.TextNotBase64 : RpcProtocolError.TextPaddingMisplaced, Position);
        }

        if (_count < GroupLength - 1)
        {
            _bits = (_bits << 6) | value;
            _count++;
            return OperationStatus.NeedMoreData;
        }

        if (destination.Length < GroupBytes)
        {
            return OperationStatus.DestinationTooSmall;
        }

        int bits = (_bits << 6) | value;
        destination[0] = (byte)(bits >> 16);
        destination[1] = (byte)(bits >> 8);
        destination[2] = (byte)bits;
        written = GroupBytes;
        (_bits, _count) = (0, 0);
        return OperationStatus.NeedMoreData;
    }

    private OperationStatus TakePadding(Span<byte> destination, out int written)
    {
        written = 0;
        if (_count < 2)
        {
            return Fail(RpcProtocolError.TextPaddingMisplaced, Position);
        }

        // Of two characters four bits are left over, of three two.
        int leftOver = _count == 2 ? 4 : 2;
        if ((_bits & ((1 << leftOver) - 1)) != 0)
        {
            return Fail(RpcProtocolError.TextPadBitsNotZero, Position - 1);
        }

        if (_count == 2 && !_isPadded)
        {
            _isPadded = true;
            return OperationStatus.NeedMoreData;
        }

        int bytes = _count - 1;
        if (destination.Length < bytes)
        {
            return OperationStatus.DestinationTooSmall;
        }

        int bits = _bits >> leftOver;
        if (bytes == 2)
        {
            destination[0] = (byte)(bits >> 8);
            destination[1] = (byte)bits;
        }
        else
        {
            destination[0] = (byte)bits;
        }

        written = bytes;
        (_bits, _count, _isPadded) = (0, 0, false);
        return OperationStatus.NeedMoreData;
    }

    private OperationStatus Fail(RpcProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }
}
