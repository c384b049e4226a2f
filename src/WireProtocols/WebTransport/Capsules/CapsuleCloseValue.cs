using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>The value of WT_CLOSE_SESSION while it arrives: a 32-bit code, then UTF-8 (draft-ietf-webtrans-http3 §6).</summary>
internal struct CapsuleCloseValue
{
    private Utf8Validator _reason;

    /// <summary>Checks what has arrived. No byte is looked at twice.</summary>
    /// <param name="arrived">The value so far, from its start.</param>
    /// <param name="at">How many of these bytes were there at the last call.</param>
    /// <param name="length">The length of the whole value.</param>
    /// <param name="code">The application's error code.</param>
    /// <param name="errorIndex">Where in the value the text is not UTF-8.</param>
    public OperationStatus Check(ReadOnlySpan<byte> arrived, int at, long length, out uint code, out long errorIndex)
    {
        code = 0;
        errorIndex = 0;
        int textStart = Math.Max(at, sizeof(uint));
        if (arrived.Length > textStart && _reason.Validate(arrived[textStart..], out int invalidIndex) == OperationStatus.InvalidData)
        {
            errorIndex = textStart + invalidIndex;
            return OperationStatus.InvalidData;
        }

        if (arrived.Length < length)
        {
            return OperationStatus.NeedMoreData;
        }

        if (!_reason.IsComplete)
        {
            // The text ends inside a character: what is missing should stand right after the capsule.
            errorIndex = length;
            return OperationStatus.InvalidData;
        }

        code = BinaryPrimitives.ReadUInt32BigEndian(arrived);
        return OperationStatus.Done;
    }
}
