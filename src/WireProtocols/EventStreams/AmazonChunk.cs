using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace WireProtocols.EventStreams;

/// <summary>
/// The payload of a <c>chunk</c> of a language model: a JSON object whose property <c>bytes</c> holds a piece of the model's output in base64. Other
/// properties mean nothing here.
/// </summary>
public static class AmazonChunk
{
    /// <summary>Reads the bytes of a chunk.</summary>
    /// <param name="payload">The payload of the event.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="errorIndex">Where it is wrong.</param>
    /// <returns>False where the payload is no JSON object, or does not hold <c>bytes</c> once and in base64.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out byte[]? bytes, out int errorIndex)
    {
        bytes = null;
        errorIndex = 0;
        if (!Utf8.IsValid(payload))
        {
            return false;
        }

        Utf8JsonReader reader = new(payload);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                errorIndex = (int)reader.TokenStartIndex;
                bool isBytes = reader.ValueTextEquals("bytes"u8);
                reader.Read();
                if (isBytes && (bytes is not null || !TryGetBytes(ref reader, out bytes)))
                {
                    bytes = null;
                    return false;
                }

                reader.Skip();
            }

            // What follows the object is found here.
            errorIndex = (int)reader.TokenStartIndex;
            reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errorIndex = (int)reader.BytesConsumed;
            bytes = null;
        }

        return bytes is not null;
    }

    /// <summary>Writes the payload of a chunk.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="output">Where the payload goes.</param>
    public static void Encode(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ReadOnlySpan<byte> before = "{\"bytes\":\""u8;
        ReadOnlySpan<byte> behind = "\"}"u8;
        int length = checked(before.Length + Base64.GetMaxEncodedToUtf8Length(bytes.Length) + behind.Length);
        Span<byte> destination = output.GetSpan(length);
        before.CopyTo(destination);
        Base64.EncodeToUtf8(bytes, destination[before.Length..], out _, out int written);
        behind.CopyTo(destination[(before.Length + written)..]);
        output.Advance(before.Length + written + behind.Length);
    }

    /// <summary>"Implementations MUST reject the encoded data if it contains characters outside the base alphabet […]" (RFC 4648 §3.3).</summary>
    private static bool TryGetBytes(ref Utf8JsonReader reader, out byte[]? bytes)
    {
        bytes = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        // White space is all that the platform passes over, and in a string of JSON all of it but the space is escaped.
        bool hasSpace = reader.ValueIsEscaped ? reader.GetString().AsSpan().ContainsAny(" \t\r\n") : reader.ValueSpan.Contains((byte)' ');
        return !hasSpace && reader.TryGetBytesFromBase64(out bytes);
    }
}
