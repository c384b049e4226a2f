using System.Globalization;
using System.Text;
using static WireProtocols.Tests.Conformance.EventStreamClients.ReaderDefect;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>An event as the subject saw it.</summary>
internal sealed record SeenEvent(string Type, string Data, string LastEventId);

/// <summary>What the subject gives up with.</summary>
internal sealed class ReaderSubjectException(string message) : Exception(message);

/// <summary>The subject's parser, with one mistake or none.</summary>
internal sealed class ReaderParser(ReaderDefect defect, string lastEventId, List<SeenEvent> events, bool isFirst = true)
{
    private const int MaxHeld = 4 * 1024 * 1024;
    private readonly StringBuilder _line = new();
    private readonly List<string> _data = [];
    private Decoder _decoder = NewDecoder(defect, null);
    private string _type = "";
    private string _id = lastEventId;
    private bool _isBehindCr;
    private bool _hasBegun;
    private bool _hasType;
    private int _held;

    public string LastEventId { get; private set; } = lastEventId;

    /// <summary>Milliseconds; null where none was set.</summary>
    public int? Retry { get; private set; }

    public void Obey(string? charset) => _decoder = NewDecoder(defect, charset);

    public void Take(ReadOnlySpan<byte> bytes)
    {
        char[] characters = new char[bytes.Length + 4];
        int count;
        if (defect == DecodedByRead)
        {
            string text = Encoding.UTF8.GetString(bytes);
            count = text.Length;
            characters = text.ToCharArray();
        }
        else
        {
            count = _decoder.GetChars(bytes, characters, flush: false);
        }

        for (int i = 0; i < count; i++)
        {
            Take(characters[i]);
        }

        if (defect == LinesByRead)
        {
            EndLine();
        }

        if (defect == CrLfCutIsTwo)
        {
            _isBehindCr = false;
        }
    }

    /// <summary>The stream has ended.</summary>
    public void End()
    {
        if (defect == UnfinishedLineTold && _line.Length > 0)
        {
            EndLine();
        }

        if (defect is UnfinishedTold or UnfinishedLineTold)
        {
            Dispatch();
        }

        if (defect == IdOfUnfinished)
        {
            LastEventId = _id;
        }
    }

    private static Decoder NewDecoder(ReaderDefect defect, string? charset) => defect switch
    {
        Latin1 => Encoding.Latin1.GetDecoder(),
        CharsetObeyed when charset == "iso-8859-1" => Encoding.Latin1.GetDecoder(),
        BadUtf8Fails => new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder(),
        BadUtf8Dropped => Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("")).GetDecoder(),
        _ => Encoding.UTF8.GetDecoder(),
    };

    private void Take(char character)
    {
        bool isMark = character == '\ufeff';
        if (isMark && (defect == BomRemovedEverywhere || (defect == TwoBomsRemoved && _line.Length == 0 && events.Count == 0)
            || (!_hasBegun && defect != BomKept && (isFirst || defect != BomOnlyAtFirst))))
        {
            _hasBegun = true;
            return;
        }

        _hasBegun = true;
        if (character == '\0' && defect == NulRemoved)
        {
            return;
        }

        bool isBehindCr = _isBehindCr && defect != CrLfIsTwo;
        _isBehindCr = character == '\r';
        switch (character)
        {
            case '\n' when isBehindCr && defect is not (LfOnly or CrIgnored or CrLfOnly):
                break;
            case '\n' when defect == CrLfOnly && !isBehindCr:
                Hold(character);
                break;
            case '\r' when defect is CrIgnored or CrLfOnly:
                break;
            case '\r' when defect == LfOnly:
                Hold(character);
                break;
            case '\n' or '\r':
            case '\u2028' or '\u2029' or '\u0085' or '\u000b' or '\u000c' when defect == UnicodeLineEnds:
                EndLine();
                break;
            default:
                Hold(character);
                break;
        }
    }

    private void Hold(char character)
    {
        _line.Append(character);
        if (++_held > MaxHeld && defect != NoLimit)
        {
            throw new ReaderSubjectException("the event is too long");
        }
    }

    private void EndLine()
    {
        string line = _line.ToString();
        _line.Clear();
        if (line.Length > 60_000 && defect == LongLinesLost)
        {
            return;
        }

        if (line.Length == 0 || (defect == WhiteLinesAreEmpty && string.IsNullOrWhiteSpace(line)))
        {
            Dispatch();
            _held = 0;
            return;
        }

        if (defect == WhiteLinesAreEmpty)
        {
            line = line.TrimStart();
        }

        if (line[0] == ':')
        {
            if (defect == CommentEndsEvent)
            {
                Dispatch();
            }

            if (defect != CommentsRead)
            {
                _held -= line.Length;
                return;
            }

            line = line[1..].TrimStart();
        }

        TakeField(line);
    }

    private void TakeField(string line)
    {
        int colon = defect == CutAtLastColon ? line.LastIndexOf(':') : line.IndexOf(':', StringComparison.Ordinal);
        if (defect == NeedsColonAndSpace)
        {
            colon = line.IndexOf(": ", StringComparison.Ordinal);
        }

        if (colon < 0 && (defect is LinesWithoutColonIgnored or NeedsColonAndSpace))
        {
            return;
        }

        string name = colon < 0 ? line : line[..colon];
        string value = colon < 0 ? "" : line[(colon + 1)..];
        value = defect switch
        {
            SpaceKept => value,
            AllSpacesRemoved => value.TrimStart(' '),
            TabRemoved when value.StartsWith('\t') => value[1..],
            EndTrimmed => (value.StartsWith(' ') ? value[1..] : value).TrimEnd(),
            _ => value.StartsWith(' ') ? value[1..] : value,
        };
        name = defect switch
        {
            NamesFolded => name.ToLowerInvariant(),
            NamesTrimmed => name.Trim(),
            NamesByPrefix when name.StartsWith("data", StringComparison.Ordinal) => "data",
            _ => name,
        };
        switch (name)
        {
            case "data":
                TakeData(value);
                break;
            case "event":
                _type = defect == FirstTypeCounts && _type.Length > 0 ? _type : value;
                _hasType = true;
                break;
            case "id":
                TakeId(value);
                break;
            case "retry":
                TakeRetry(value);
                break;
            default:
                _held -= line.Length;
                if (defect == UnknownFieldFails)
                {
                    throw new ReaderSubjectException($"unknown field {name}");
                }

                break;
        }
    }

    private void TakeData(string value)
    {
        if (defect == OnlyFirstData && _data.Count > 0)
        {
            return;
        }

        if (defect == OnlyLastData)
        {
            _data.Clear();
        }

        _held++;
        _data.Add(defect == DataIsDecoded ? value.Replace("\\n", "\n", StringComparison.Ordinal) : value);
    }

    private void TakeId(string value)
    {
        int nul = value.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0 && defect is not (NulInIdTaken or NulEndsId or NulRemoved))
        {
            return;
        }

        value = nul >= 0 && defect == NulEndsId ? value[..nul] : value;
        value = defect == IdTrimmed ? value.Trim() : value;
        value = defect == IdIsNumber && long.TryParse(value, out long number) ? number.ToString(CultureInfo.InvariantCulture) : value;
        if ((value.Length == 0 && defect == EmptyIdIgnored) || (defect == FirstIdCounts && _id.Length > 0))
        {
            return;
        }

        _id = value;
    }

    private void TakeRetry(string value)
    {
        string text = defect switch
        {
            RetryBegins => new string([.. value.TakeWhile(char.IsAsciiDigit)]),
            RetryTrimmed => value.Trim(),
            RetrySigned => value.TrimStart('-', '+'),
            _ => value,
        };
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            Retry = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int time) ? time : int.MaxValue;
        }
        else if (defect == BadRetryFails)
        {
            throw new ReaderSubjectException($"retry {value}");
        }
    }

    private void Dispatch()
    {
        if (defect == IdOnlyWithData && _data.Count == 0)
        {
            _id = LastEventId;
        }
        else
        {
            LastEventId = defect == IdOfFirst && LastEventId.Length > 0 ? LastEventId : _id;
        }

        string id = defect == IdOfFirst ? _id : LastEventId;
        string joined = string.Join(defect switch { JoinedWithNothing => "", JoinedWithSpace => " ", _ => "\n" }, _data);
        joined += defect == LastLineEndKept ? "\n" : "";
        bool isEmpty = _data.Count == 0 ? defect != EventsWithoutDataTold || _type.Length == 0 : defect == EmptyDataDropped && joined.Length == 0;
        bool isDropped = (defect == ErrorTypeDropped && _type == "error") || (defect == DoneDropped && joined == "[DONE]")
            || (defect == FalsyDropped && joined is "0" or "false" or "");
        if (!isEmpty && !isDropped)
        {
            events.Add(new SeenEvent(_type.Length > 0 || (defect == EmptyTypeTold && _hasType) ? _type : "message", joined, id));
        }

        bool isKept = defect == TypeKept || (defect == TypeKeptOverEmptyBlock && _data.Count == 0);
        _type = isKept ? _type : "";
        _hasType = false;
        _data.Clear();
        if (defect == IdForgotten)
        {
            _id = "";
        }
    }
}
