using System.Buffers;
using System.Text.Json;

namespace WireProtocols.Rpc;

/// <summary>Writes the two objects of Connect (connect-protocol §Error and EndStreamResponse): an error, and the end of a stream.</summary>
public static class ConnectJsonWriter
{
    /// <summary>Writes the last message of a stream.</summary>
    public static void WriteEnd(RpcEnd end, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(end);
        ArgumentNullException.ThrowIfNull(output);
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        if (!end.Status.IsOk)
        {
            json.WritePropertyName("error"u8);
            WriteError(end.Status, json);
        }

        if (end.Trailers.Entries.Count > 0)
        {
            json.WriteStartObject("metadata"u8);
            foreach (IGrouping<string, string> name in end.Trailers.Entries.GroupBy(t => t.Name, t => t.Value))
            {
                json.WriteStartArray(name.Key);
                foreach (string value in name)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the body of a unary response that failed.</summary>
    /// <exception cref="ArgumentException">The status is that of a call that succeeded.</exception>
    public static void WriteError(RpcStatus status, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(output);
        if (status.IsOk)
        {
            throw new ArgumentException("A call that succeeded has no error.", nameof(status));
        }

        using Utf8JsonWriter json = new(output);
        WriteError(status, json);
    }

    private static void WriteError(RpcStatus status, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, status.Code.GetConnectName());
        if (status.Message.Length > 0)
        {
            json.WriteString("message"u8, status.Message);
        }

        if (status.Details.Count > 0)
        {
            json.WriteStartArray("details"u8);
            foreach (RpcErrorDetail detail in status.Details)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, detail.Type);
                json.WriteString("value"u8, RpcBinaryValue.Encode(detail.Value.Span));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
