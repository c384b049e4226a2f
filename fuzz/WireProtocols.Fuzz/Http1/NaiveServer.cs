using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// What a server makes of the bytes of a connection, by RFC 9112 §6.3 and §9.3, read with no thought for speed: the requests, one after the
/// other, and the status that answers what is none.
/// </summary>
public sealed class NaiveServer
{
    /// <summary>Stands for any status from 400 on: the oracle of bodies does not tell which rule was broken.</summary>
    public const int AnyRefusal = -1;

    private NaiveServer()
    {
    }

    /// <summary>Each request that is answered: method, target, length of the body.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What the last request is refused with; 0 where none is.</summary>
    public int Refusal { get; private set; }

    /// <summary>Whether what is refused is a HEAD, whose answer has no content.</summary>
    public bool RefusesHead { get; private set; }

    public static NaiveServer Read(ReadOnlySpan<byte> input)
    {
        NaiveServer server = new();
        while (server.TryReadRequest(ref input))
        {
        }

        return server;
    }

    /// <returns>Whether another request may follow.</returns>
    private bool TryReadRequest(ref ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        NaiveHttp1.Outcome head = NaiveHttp1.Parse(text, isRequest: true);
        if (head.Error != Http1ProtocolError.None || head.Offset == 0)
        {
            Refusal = head.Error is Http1ProtocolError.None or Http1ProtocolError.UnexpectedEnd ? 0 : head.Error.GetStatusCode();
            RefusesHead = (text.StartsWith("\r\n", StringComparison.Ordinal) ? text[2..] : text).StartsWith("HEAD ", StringComparison.Ordinal);
            return false;
        }

        string[] line = text.TrimStart('\r', '\n').Split("\r\n")[0].Split(' ');
        input = input[head.Offset..];
        if (!TryReadBody(ref input, head, out int length))
        {
            Refusal = AnyRefusal;
            RefusesHead = line[0] == "HEAD";
            return false;
        }

        Requests.Add($"{line[0]} {line[1]} {length}");
        string[] options = Values(head, "connection");
        bool isOld = line[2] == "HTTP/1.0";
        bool offersUpgrade = options.Contains("upgrade") && Values(head, "upgrade").Length > 0;
        return !isOld && !options.Contains("close") && !offersUpgrade && line[0] != "CONNECT";
    }

    private static bool TryReadBody(ref ReadOnlySpan<byte> input, NaiveHttp1.Outcome head, out int length)
    {
        length = 0;
        if (Values(head, "transfer-encoding").Length > 0)
        {
            NaiveChunked body = NaiveChunked.Read(input);
            if (body.Verdict != NaiveVerdict.Complete)
            {
                return false;
            }

            length = body.Body.Length;
            input = input[body.Consumed..];
        }
        else if (Values(head, "content-length") is [var number, ..])
        {
            if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long announced) || announced > input.Length)
            {
                return false;
            }

            length = (int)announced;
            input = input[length..];
        }

        return true;
    }

    private static string[] Values(NaiveHttp1.Outcome head, string name)
        =>
        [
            .. head.Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                .SelectMany(f => Elements(f.Value), (_, v) => v.Trim(' ', '\t').ToLowerInvariant()),
        ];

    /// <summary>A comma in a quoted-string does not separate; behind a quote that is not closed nothing does.</summary>
    private static IEnumerable<string> Elements(string value)
        => Regex.Matches(value, """((?:[^,"]|"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"|".*$)*)(?:,|$)""").Select(m => m.Groups[1].Value);
}
