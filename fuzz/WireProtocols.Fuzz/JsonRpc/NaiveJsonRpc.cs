using System.Text;
using System.Text.RegularExpressions;
using WireProtocols.JsonRpc;
using WireProtocols.Ndjson;

namespace WireProtocols.Fuzz.JsonRpc;

/// <summary>
/// Messages behind header fields (LSP §Base Protocol), transcribed over the whole input at once. Whether a content is JSON is asked of the
/// checker, which has an oracle of its own.
/// </summary>
public static partial class NaiveJsonRpc
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, JsonRpcOptions options)
    {
        JsonRpcRows rows = new();
        string text = Encoding.Latin1.GetString(input);
        int at = 0;
        while (at < text.Length)
        {
            (JsonRpcProtocolError error, int offset, int length, int content) = Header(text, at, options);
            if (error == JsonRpcProtocolError.None && text.Length - content < length)
            {
                (error, offset) = (JsonRpcProtocolError.UnexpectedEnd, text.Length);
            }

            if (error == JsonRpcProtocolError.None)
            {
                byte[] json = Encoding.Latin1.GetBytes(text.Substring(content, length));
                (error, int index) = Check(json, options);
                at = content + length;
                if (error == JsonRpcProtocolError.None)
                {
                    rows.Good(content, json);
                    continue;
                }

                if (options.ContinueOnError)
                {
                    rows.Bad(content, error, content + index, length, json);
                    continue;
                }

                offset = content + index;
            }

            if (!options.ContinueOnError)
            {
                rows.Error(error, offset);
                return rows.Rows;
            }

            // "what is skipped is said": up to the next name of the field, wherever it stands, but not in content that is there.
            int next = error == JsonRpcProtocolError.UnexpectedEnd ? -1 : text.IndexOf("Content-Length:", at + 1, StringComparison.OrdinalIgnoreCase);
            next = next < 0 ? text.Length : next;
            rows.Bad(at, error, offset, next - at, default);
            at = next;
        }

        return rows.Rows;
    }

    private static (JsonRpcProtocolError Error, int Offset, int Length, int Content) Header(string text, int start, JsonRpcOptions options)
    {
        int length = -1;
        int line = start;
        while (true)
        {
            int end = text.IndexOf('\n', line);
            int most = start + options.MaxHeaderLength;
            if (end < 0 ? text.Length > most : end >= most)
            {
                return (JsonRpcProtocolError.HeaderTooLong, most, 0, 0);
            }

            if (end < 0)
            {
                return (JsonRpcProtocolError.UnexpectedEnd, text.Length, 0, 0);
            }

            bool hasReturn = end > line && text[end - 1] == '\r';
            if (!hasReturn && !options.AllowBareLineFeed)
            {
                return (JsonRpcProtocolError.LineEndMalformed, end, 0, 0);
            }

            string field = text[line..(hasReturn ? end - 1 : end)];
            if (field.Length == 0)
            {
                return (length < 0 ? JsonRpcProtocolError.ContentLengthMissing : JsonRpcProtocolError.None, line, length, end + 1);
            }

            string name = Name().Match(field).Value;
            if (name.Length == 0 || name.Length == field.Length || field[name.Length] != ':')
            {
                return (JsonRpcProtocolError.FieldMalformed, line + name.Length, 0, 0);
            }

            if (Control().Match(field) is { Success: true } control)
            {
                return (JsonRpcProtocolError.FieldMalformed, line + control.Index, 0, 0);
            }

            string value = field[(name.Length + 1)..].TrimStart(' ', '\t');
            int there = line + field.Length - value.Length;
            value = value.TrimEnd(' ', '\t');
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (length >= 0)
                {
                    return (JsonRpcProtocolError.ContentLengthRepeated, line, 0, 0);
                }

                int digits = Digits().Match(value).Length;
                if (digits < value.Length || digits == 0)
                {
                    return (JsonRpcProtocolError.ContentLengthMalformed, there + digits, 0, 0);
                }

                System.Numerics.BigInteger number = System.Numerics.BigInteger.Parse(value, null);
                if (number > options.MaxContentLength)
                {
                    return (JsonRpcProtocolError.ContentTooLong, there, 0, 0);
                }

                length = (int)number;
            }
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && Charset(value) is { } charset
                && charset.ToLowerInvariant() is not ("utf-8" or "utf8"))
            {
                return (JsonRpcProtocolError.CharsetUnsupported, there, 0, 0);
            }

            line = end + 1;
        }
    }

    private static string? Charset(string value)
        => value.Split(';').Skip(1).Select(p => p.Trim(' ', '\t')).Where(p => p.StartsWith("charset=", StringComparison.OrdinalIgnoreCase))
            .Select(p => p[8..].Trim('"')).FirstOrDefault();

    private static (JsonRpcProtocolError Error, int Index) Check(byte[] json, JsonRpcOptions options)
    {
        if (options.Validate && JsonText.CheckText(json, new JsonSyntax(options.MaxDepth), out int index) is var error
            && error != NdjsonProtocolError.None)
        {
            return (error switch
            {
                NdjsonProtocolError.InvalidUtf8 => JsonRpcProtocolError.InvalidUtf8,
                NdjsonProtocolError.NestingTooDeep => JsonRpcProtocolError.NestingTooDeep,
                _ => JsonRpcProtocolError.InvalidJson,
            }, index);
        }

        string text = Encoding.Latin1.GetString(json);
        int first = text.Length - text.TrimStart(' ', '\t', '\r', '\n').Length;
        return !options.AllowBatch && first < json.Length && json[first] == '[' ? (JsonRpcProtocolError.BatchNotAllowed, first) : default;
    }

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"[\x00-\x08\x0A-\x1F\x7F]")]
    private static partial Regex Control();

    [GeneratedRegex(@"\A[0-9]*")]
    private static partial Regex Digits();
}
