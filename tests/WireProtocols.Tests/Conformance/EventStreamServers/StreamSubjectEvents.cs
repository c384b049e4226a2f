using System.Globalization;
using System.Text;
using static WireProtocols.Tests.Conformance.EventStreamServers.StreamDefect;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>The events of the subject: twelve that are always the same.</summary>
internal sealed class StreamSubjectEvents(StreamDefect defect, StreamSubjectRequest request)
{
    public const int Count = 12;

    private static readonly string[] Texts = ["größe 日本 🙂", "one\ntwo", "plain", "  indented\r\nlast"];

    /// <summary>What stands before the first event.</summary>
    public byte[] Begin()
    {
        string name = request.Ask("name") ?? "";
        string comment = defect == LfInComment ? name : OneLine(name);
        string retry = defect switch
        {
            RetryInWords => "3s",
            RetryNegative => "-1",
            RetryFraction => "1.5",
            RetryEmpty => "",
            RetryForYears => "99999999999",
            _ => "1000",
        };
        string agent = defect == EscapedInUserAgent && request.All("User-Agent") is [var user] ? Uri.UnescapeDataString(user) : "";
        string unknown = defect switch { UnknownField => "server: mine\n", HashComments => "# a comment\n", _ => "" };
        string asked = request.All("Last-Event-ID").FirstOrDefault() ?? "";
        string id = defect switch { EscapedInId => Uri.UnescapeDataString(asked), CrInId => asked, _ => "" };
        string text = $": hello {comment} {agent} {id}\n{unknown}retry: {retry}\n\n";
        if (defect == PlainJson)
        {
            text = "[\n";
        }

        return Encode((defect == EventsWithoutData ? "event: ready\n\n" : "") + text + Greeting(name));
    }

    /// <summary>One event, from 1 on.</summary>
    public byte[] Event(int number)
    {
        string data = defect == OtherData && request.All("Last-Event-ID").Length > 0 ? $"replayed {number}" : $"{number} {Texts[number % 4]}";
        if (defect == PlainJson)
        {
            return Encode($"{{\"number\":{number}}},\n");
        }

        bool isResumed = request.All("Last-Event-ID").Length > 0;
        string id = defect switch
        {
            LosesIds when isResumed => "",
            NulInId => $"id: {number}\0\n",
            TwoIds => $"id: {number}\nid: {number}b\n",
            SameIds => "id: 1\n",
            _ => $"id: {number}\n",
        };
        string type = number % 2 == 0 && !(defect == LosesTypes && isResumed) ? "event: tick\n" : "";
        type += defect == TwoTypes ? "event: a\nevent: b\n" : "";
        string block = id + type + Data(data);
        block = defect switch
        {
            UpperCaseNames => block.Replace("data:", "Data:", StringComparison.Ordinal),
            SpaceBeforeFieldColon => block.Replace("data:", "data :", StringComparison.Ordinal),
            IndentedFields => "  " + block.Replace("\n", "\n  ", StringComparison.Ordinal).TrimEnd(' '),
            EqualsSigns => block.Replace("data: ", "data=", StringComparison.Ordinal),
            BomEach => "\ufeff" + block,
            CommentsWithoutEnd when number % 4 == 0 => ":ping" + block,
            _ => block,
        };
        return Encode(block + (defect == NoEmptyLines || (defect == UnfinishedEnd && number == Count) ? "" : "\n"));
    }

    private string Greeting(string name)
    {
        string type = request.Ask("event") ?? "";
        if (name.Length == 0 && type.Length == 0)
        {
            return "";
        }

        string typeLine = type.Length == 0 ? "" : $"event: {(defect == LfInType ? type : OneLine(type))}\n";
        string data = defect switch
        {
            LfFromQuery or EscapedTwice or NameFromQuery => $"data: {name}\n",
            CrFromQuery => string.Concat(name.Split('\n').Select(l => $"data: {l}\n")),
            CutToLatin1 => Data(name),
            _ => Data(name),
        };
        return typeLine + data + "\n";
    }

    private string Data(string text) => defect switch
    {
        UnsplitText => $"data: {text}\n",
        CrInData => string.Concat(text.Split('\n').Select(l => $"data: {l}\n")).Replace("two", "tw\ro", StringComparison.Ordinal),
        _ => string.Concat(text.ReplaceLineEndings("\n").Split('\n', '\r').Select(l => $"data: {l}\n")),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('\r', ' ').Replace('\n', ' ');

    private byte[] Encode(string text) => defect switch
    {
        Latin1 => Encoding.Latin1.GetBytes(text),
        CutToLatin1 => [.. text.Select(c => (byte)c)],
        Utf16 => Encoding.Unicode.GetBytes(text),
        CutCharacters => [.. text.Split('\n').Select(l => Encoding.UTF8.GetBytes(l)).SelectMany(l =>
            (byte[])[.. l.AsSpan(0, Math.Min(l.Length, 12)), (byte)'\n'])
            .SkipLast(1)],
        Surrogates => [.. text.SelectMany(c => c < 0x80 ? [(byte)c] : c < 0x800 ? (byte[])[(byte)(0xc0 | (c >> 6)), (byte)(0x80 | (c & 63))]
            : [(byte)(0xe0 | (c >> 12)), (byte)(0x80 | ((c >> 6) & 63)), (byte)(0x80 | (c & 63))])],
        _ => Encoding.UTF8.GetBytes(text),
    };

    /// <summary>Which event comes first; 0 for none any more.</summary>
    public int First(int known)
    {
        string[] ids = request.All("Last-Event-ID");
        if (ids.Length == 0 || defect == IgnoresId)
        {
            return 1;
        }

        if (!int.TryParse(ids[0], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last > known || last < 1)
        {
            return 1;
        }

        int next = defect switch
        {
            RepeatsLast => last,
            SkipsOne => last + 2,
            ComparesAsText => Enumerable.Range(1, known).FirstOrDefault(n => string.CompareOrdinal(
                n.ToString(CultureInfo.InvariantCulture), ids[0]) > 0),
            _ => last + 1,
        };
        return last == known ? defect == EndBeginsAnew ? 1 : 0 : Math.Min(next, known);
    }
}
