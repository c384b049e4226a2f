namespace WireProtocols.WebRtc;

/// <summary>Messages of applications as user messages of SCTP (RFC 8831 §6.6).</summary>
public static class DataChannelMessages
{
    private static readonly byte[] Zero = [0];

    /// <summary>What is sent for a message: an empty one is "one zero byte" with an identifier of its own.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="isText">Whether it is text.</param>
    /// <param name="identifier">The payload protocol identifier.</param>
    /// <returns>The user message.</returns>
    public static ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> payload, bool isText, out DataChannelPayload identifier)
    {
        identifier = (payload.IsEmpty, isText) switch
        {
            (true, true) => DataChannelPayload.TextEmpty,
            (true, false) => DataChannelPayload.BinaryEmpty,
            (false, true) => DataChannelPayload.Text,
            _ => DataChannelPayload.Binary,
        };
        return payload.IsEmpty ? Zero : payload;
    }

    /// <summary>What a user message is: "the receiver MUST ignore the SCTP user message and process it as an empty message".</summary>
    /// <param name="userMessage">The user message.</param>
    /// <param name="identifier">Its payload protocol identifier.</param>
    /// <param name="isText">Whether it is text.</param>
    /// <param name="payload">The message.</param>
    /// <returns>False where the identifier is none of a whole message; "the receiver SHOULD close the corresponding data channel".</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> userMessage, DataChannelPayload identifier, out bool isText, out ReadOnlySpan<byte> payload)
    {
        isText = identifier is DataChannelPayload.Text or DataChannelPayload.TextEmpty;
        bool isEmpty = identifier is DataChannelPayload.TextEmpty or DataChannelPayload.BinaryEmpty;
        payload = isEmpty ? default : userMessage;
        return isEmpty || identifier is DataChannelPayload.Text or DataChannelPayload.Binary;
    }
}
