using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WireProtocols.Rpc;

/// <summary>The query of a unary call of Connect that is made with GET (connect-protocol §Unary-Get-Request).</summary>
/// <param name="Codec">How the message is written.</param>
/// <param name="Message">The message, compressed where there is an encoding.</param>
/// <param name="Encoding">The name of the encoding, or null.</param>
public sealed record ConnectGet(string Codec, ReadOnlyMemory<byte> Message, string? Encoding = null)
{
    /// <summary>Reads a query. Parameters stand in any order, and unknown ones are passed over.</summary>
    /// <param name="query">The query, without its question mark.</param>
    /// <param name="get">The call.</param>
    /// <returns>False where the message or its codec is missing, one of them stands twice, the version is not <c>v1</c>, or the message is not in
    /// the coding that is declared.</returns>
    public static bool TryParse(string query, [NotNullWhen(true)] out ConnectGet? get)
    {
        ArgumentNullException.ThrowIfNull(query);
        get = null;
        Dictionary<string, string> parameters = [];
        foreach (string pair in query.Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? pair : pair[..equals];
            bool isKnown = name is "message" or "encoding" or "compression" or "base64" or "connect";
            if (isKnown && !parameters.TryAdd(name, equals < 0 ? "" : pair[(equals + 1)..]))
            {
                return false;
            }
        }

        if (!parameters.TryGetValue("message", out string? text) || !parameters.TryGetValue("encoding", out string? codec) || codec.Length == 0)
        {
            return false;
        }

        // "connect=v1" may be missing, and no other version is this one. What is no byte is no part of a target.
        bool isOther = parameters.GetValueOrDefault("connect") is not (null or "v1");
        if (isOther || parameters.Values.Any(v => v.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF')))
        {
            return false;
        }

        byte[] message = Unescape(text);
        if (parameters.GetValueOrDefault("base64") == "1" && !TryDecodeUrlBase64(message, out message!))
        {
            return false;
        }

        string compression = parameters.GetValueOrDefault("compression") ?? "";
        get = new ConnectGet(Name(codec), message, compression.Length == 0 ? null : Name(compression));
        return true;

        static string Name(string escaped) => System.Text.Encoding.Latin1.GetString(Unescape(escaped));
    }

    /// <summary>The query, its parameters in the order of the specification; the message in base64 for URLs.</summary>
    public string ToQuery()
    {
        StringBuilder query = new("connect=v1&base64=1");
        if (Encoding is not null)
        {
            query.Append("&compression=").Append(Uri.EscapeDataString(Encoding));
        }

        string message = RpcBinaryValue.Encode(Message.Span).Replace('+', '-').Replace('/', '_');
        return query.Append("&encoding=").Append(Uri.EscapeDataString(Codec)).Append("&message=").Append(message).ToString();
    }

    /// <summary>The bytes behind percent coding; a plus is a space, and what is no coding stays as it is.</summary>
    private static byte[] Unescape(string text)
    {
        List<byte> bytes = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.Add(text[i] == '+' ? (byte)' ' : (byte)text[i]);
            }
        }

        return [.. bytes];
    }

    private static bool TryDecodeUrlBase64(byte[] text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        string digits = System.Text.Encoding.Latin1.GetString(text);
        return !digits.AsSpan().ContainsAny('+', '/', ' ') && RpcBinaryValue.TryDecode(digits.Replace('-', '+').Replace('_', '/'), out bytes);
    }
}
