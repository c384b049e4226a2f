using System.Buffers;

namespace WireProtocols.WebRtc;

/// <summary>The Binding method without I/O: what a server answers to a datagram, and what a client makes of an answer (RFC 8489 §6.3).</summary>
public static class StunBinding
{
    private const int MaxUnknown = 32;

    /// <summary>Writes the answer to a datagram.</summary>
    /// <param name="datagram">What was received.</param>
    /// <param name="source">From whom.</param>
    /// <param name="software">The value of SOFTWARE, or null.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <param name="error">Why the answer is an error, or why there is none; <see cref="StunProtocolError.None"/> for an indication.</param>
    /// <returns>False where nothing is to be sent: the datagram is discarded, or is no request.</returns>
    public static bool TryAnswer(
        ReadOnlySpan<byte> datagram, StunAddress source, string? software, StunMessageWriter output, out StunProtocolError error)
    {
        ArgumentNullException.ThrowIfNull(output);
        OperationStatus status = StunMessage.DecodeDatagram(datagram, out StunMessage request, out error, out _);
        if (status == OperationStatus.Done && request.TryGet(StunAttributeType.Fingerprint, out _))
        {
            StunIntegrity.IsFingerprintRight(request, out error, out _);
        }

        if (error != StunProtocolError.None)
        {
            return error.GetErrorCode() != 0 && TryRefuse(datagram, error, output);
        }

        if (request.Class != StunClass.Request || request.Method != StunMethod.Binding)
        {
            return false;
        }

        bool isFingerprinted = request.TryGet(StunAttributeType.Fingerprint, out _);
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[MaxUnknown];
        unknown = unknown[..request.GetUnknownAttributes([], unknown)];
        if (unknown.IsEmpty)
        {
            output.Begin(StunClass.SuccessResponse, request.Method, request.TransactionId);
            output.AddAddress(StunAttributeType.XorMappedAddress, source);
        }
        else
        {
            error = StunProtocolError.UnknownAttribute;
            output.Begin(StunClass.ErrorResponse, request.Method, request.TransactionId);
            output.AddErrorCode(error.GetErrorCode(), "Unknown Attribute");
            output.AddUnknownAttributes(unknown);
        }

        if (software is not null)
        {
            output.AddText(StunAttributeType.Software, software);
        }

        if (isFingerprinted)
        {
            output.AddFingerprint();
        }

        return true;
    }

    /// <summary>Reads the answer to a Binding request.</summary>
    /// <param name="datagram">What was received.</param>
    /// <param name="transactionId">The transaction id of the request.</param>
    /// <param name="needsFingerprint">Whether the request had a FINGERPRINT, so that the answer has to have one.</param>
    /// <param name="response">
    /// The answer: a success with an address, or an error with its code. Where it is refused, "the transaction is considered to have failed" with it
    /// (RFC 8489 §6.3.3, §6.3.4); its bytes are empty where the datagram is to be discarded, and the answer still to come.
    /// </param>
    /// <param name="error">Why the datagram is no answer.</param>
    /// <returns>False where there is no answer, or none that is right.</returns>
    public static bool TryReadAnswer(
        ReadOnlySpan<byte> datagram,
        ReadOnlySpan<byte> transactionId,
        bool needsFingerprint,
        out StunMessage response,
        out StunProtocolError error)
    {
        if (StunMessage.DecodeDatagram(datagram, out response, out error, out _) != OperationStatus.Done
            || (needsFingerprint && !StunIntegrity.IsFingerprintRight(response, out error, out _)))
        {
            response = default;
            return false;
        }

        if (response.Method != StunMethod.Binding || !response.TransactionId.SequenceEqual(transactionId)
            || response.Class is not (StunClass.SuccessResponse or StunClass.ErrorResponse))
        {
            response = default;
            error = StunProtocolError.ResponseUnfit;
            return false;
        }

        Span<StunAttributeType> unknown = stackalloc StunAttributeType[1];
        error = response.GetUnknownAttributes([], unknown) > 0 ? StunProtocolError.UnknownAttribute
            : HoldsAnswer(response) ? StunProtocolError.None
            : StunProtocolError.ResponseUnfit;
        return error == StunProtocolError.None;
    }

    private static bool HoldsAnswer(in StunMessage response) => response.Class == StunClass.ErrorResponse
        ? response.TryGet(StunAttributeType.ErrorCode, out _)
        : response.TryGetAddress(StunAttributeType.XorMappedAddress, out _) || response.TryGetAddress(StunAttributeType.MappedAddress, out _);

    /// <summary>A request whose header is right and whose attributes are not is a bad one: 400.</summary>
    private static bool TryRefuse(ReadOnlySpan<byte> datagram, StunProtocolError error, StunMessageWriter output)
    {
        ReadOnlySpan<byte> header = datagram[..StunMessage.HeaderSize];
        int type = (header[0] << 8) | header[1];
        if (type != StunHeader.GetType(StunClass.Request, StunMethod.Binding))
        {
            return false;
        }

        output.Begin(StunClass.ErrorResponse, StunMethod.Binding, header[StunMessage.TransactionOffset..]);
        output.AddErrorCode(error.GetErrorCode(), "Bad Request");
        return true;
    }
}
