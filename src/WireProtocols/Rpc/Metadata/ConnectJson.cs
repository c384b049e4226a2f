using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using WireProtocols.Buffers;

namespace WireProtocols.Rpc;

/// <summary>Reads the two objects of Connect (connect-protocol §Error and EndStreamResponse): an error, and the end of a stream.</summary>
public static class ConnectJson
{
    private delegate RpcProtocolError Read<T>(ref Utf8JsonReader reader, out T? value);

    /// <summary>Reads the last message of a stream: <c>{"error": …, "metadata": …}</c>, each of which may be missing.</summary>
    /// <param name="json">The whole message.</param>
    /// <param name="end">What it says.</param>
    /// <param name="error">Which rule is broken.</param>
    /// <param name="errorIndex">Where the offending value begins.</param>
    /// <returns>False where a rule is broken.</returns>
    public static bool TryReadEnd(ReadOnlySpan<byte> json, [NotNullWhen(true)] out RpcEnd? end, out RpcProtocolError error, out int errorIndex)
        => TryRead(json, ReadEnd, out end, out error, out errorIndex);

    /// <summary>Reads the body of a unary response that failed: <c>{"code": …, "message": …, "details": …}</c>.</summary>
    /// <param name="json">The whole body.</param>
    /// <param name="status">What it says.</param>
    /// <param name="error">Which rule is broken.</param>
    /// <param name="errorIndex">Where the offending value begins.</param>
    /// <returns>False where a rule is broken.</returns>
    public static bool TryReadError(
        ReadOnlySpan<byte> json, [NotNullWhen(true)] out RpcStatus? status, out RpcProtocolError error, out int errorIndex)
        => TryRead(json, ReadErrorObject, out status, out error, out errorIndex);

    private static bool TryRead<T>(
        ReadOnlySpan<byte> json, Read<T> read, [NotNullWhen(true)] out T? value, out RpcProtocolError error, out int errorIndex)
        where T : class
    {
        value = null;
        error = RpcProtocolError.JsonMalformed;
        errorIndex = 0;
        OperationStatus text = new Utf8Validator().Validate(json, out int invalidIndex);
        if (text != OperationStatus.Done)
        {
            errorIndex = text == OperationStatus.InvalidData ? invalidIndex : json.Length;
            return false;
        }

        Utf8JsonReader reader = new(json);
        try
        {
            error = reader.Read() && reader.TokenType == JsonTokenType.StartObject ? read(ref reader, out value) : RpcProtocolError.JsonMalformed;
            if (error == RpcProtocolError.None && reader.Read())
            {
                error = RpcProtocolError.JsonMalformed;
            }

            errorIndex = error == RpcProtocolError.None ? 0 : (int)reader.TokenStartIndex;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is an escaped surrogate without its other half.
            error = RpcProtocolError.JsonMalformed;
            errorIndex = (int)reader.BytesConsumed;
        }

        value = error == RpcProtocolError.None ? value : null;
        return value is not null;
    }

    private static RpcProtocolError ReadEnd(ref Utf8JsonReader reader, out RpcEnd? end)
    {
        end = null;
        RpcStatus? status = null;
        RpcMetadata? metadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            RpcProtocolError error = RpcProtocolError.None;
            if (reader.ValueTextEquals("error"u8))
            {
                error = status is not null ? RpcProtocolError.PropertyRepeated
                    : reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadErrorObject(ref reader, out status)
                    : RpcProtocolError.ErrorMalformed;
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                error = metadata is not null ? RpcProtocolError.PropertyRepeated : ReadMetadata(ref reader, out metadata);
            }
            else
            {
                SkipValue(ref reader);
            }

            if (error != RpcProtocolError.None)
            {
                return error;
            }
        }

        end = new RpcEnd(status ?? RpcStatus.Ok, metadata ?? new RpcMetadata());
        return RpcProtocolError.None;
    }

    private static RpcProtocolError ReadMetadata(ref Utf8JsonReader reader, out RpcMetadata? metadata)
    {
        metadata = new RpcMetadata();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return RpcProtocolError.MetadataMalformed;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return RpcProtocolError.MetadataMalformed;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                metadata.AddReceived(name, reader.GetString()!);
            }

            if (reader.TokenType != JsonTokenType.EndArray)
            {
                return RpcProtocolError.MetadataMalformed;
            }
        }

        return RpcProtocolError.None;
    }

    /// <summary>Reads an error; the reader stands on its brace.</summary>
    private static RpcProtocolError ReadErrorObject(ref Utf8JsonReader reader, out RpcStatus? status)
    {
        status = null;
        string? code = null;
        string? message = null;
        List<RpcErrorDetail>? details = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            RpcProtocolError error = RpcProtocolError.None;
            if (reader.ValueTextEquals("code"u8))
            {
                error = ReadString(ref reader, ref code);
                if (error == RpcProtocolError.None && !RpcStatusCodes.TryParseConnectName(code, out _))
                {
                    error = RpcProtocolError.ErrorCodeUnknown;
                }
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                error = ReadString(ref reader, ref message);
            }
            else if (reader.ValueTextEquals("details"u8))
            {
                error = details is null ? ReadDetails(ref reader, out details) : RpcProtocolError.PropertyRepeated;
            }
            else
            {
                SkipValue(ref reader);
            }

            if (error != RpcProtocolError.None)
            {
                return error;
            }
        }

        if (code is null)
        {
            return RpcProtocolError.ErrorMalformed;
        }

        _ = RpcStatusCodes.TryParseConnectName(code, out RpcStatusCode number);
        status = new RpcStatus(number, message ?? "") { Details = details ?? [] };
        return RpcProtocolError.None;
    }

    private static RpcProtocolError ReadDetails(ref Utf8JsonReader reader, out List<RpcErrorDetail>? details)
    {
        details = [];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return RpcProtocolError.ErrorMalformed;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string? type = null;
            string? text = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                RpcProtocolError error = RpcProtocolError.None;
                if (reader.ValueTextEquals("type"u8))
                {
                    error = ReadString(ref reader, ref type);
                }
                else if (reader.ValueTextEquals("value"u8))
                {
                    error = ReadString(ref reader, ref text);
                }
                else
                {
                    // "Clients must not depend on data in the "debug" key."
                    SkipValue(ref reader);
                }

                if (error != RpcProtocolError.None)
                {
                    return error;
                }
            }

            if (type is null || text is null || !RpcBinaryValue.TryDecode(text, out byte[]? value))
            {
                return RpcProtocolError.ErrorMalformed;
            }

            details.Add(new RpcErrorDetail(type, value));
        }

        return reader.TokenType == JsonTokenType.EndArray ? RpcProtocolError.None : RpcProtocolError.ErrorMalformed;
    }

    private static RpcProtocolError ReadString(ref Utf8JsonReader reader, ref string? value)
    {
        if (value is not null)
        {
            return RpcProtocolError.PropertyRepeated;
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return RpcProtocolError.ErrorMalformed;
        }

        value = reader.GetString();
        return RpcProtocolError.None;
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
