using System.Buffers;
using System.Text;
using System.Text.Unicode;
using WireProtocols.Benchmarks.Native;
using WireProtocols.Buffers;

namespace WireProtocols.Benchmarks.Buffers;

/// <summary>16 KB of text: ours gets it in random pieces, as a socket would give it, the platform's validator as a whole.</summary>
public static class Utf8Cases
{
    public const int Size = 16 * 1024;
    private const int LargestPiece = 4 * 1024;

    /// <summary>Several texts and cuts, so that no branch predictor learns one.</summary>
    private const int Texts = 8;

    private static readonly string[] Ascii = ["The quick brown fox jumps over the lazy dog. ", "{\"id\":4711,\"ok\":true} ", "data: [DONE] "];
    private static readonly string[] Mixed
        =
        [
            "Grüße aus Köln, ", "naïve façade; ", "Ελληνικά και ", "русский текст ", "plain words here, ", "emoji 🎉👩‍💻 ",
            "— “quoted” ",
        ];
    private static readonly string[] Cjk = ["水溶性食物繊維は", "漢字かな交じり文", "中文字符測試，", "한국어텍스트"];

    public static IReadOnlyDictionary<string, Utf8Input[]> Inputs { get; } = new Dictionary<string, Utf8Input[]>
    {
        ["ascii"] = Create(Ascii),
        ["mixed"] = Create(Mixed),
        ["cjk"] = Create(Cjk),
    };

    public static IEnumerable<CompareCase> All()
        => Inputs.Select(
            i => new CompareCase($"utf8.validate.{i.Key}.16KB", Texts, () => Ours(i.Value), "Utf8.IsValid, whole", () => Platform(i.Value), 0.9)
            {
                Natives = NativePeers.Load(
                    "utf8",
                    [.. i.Value.SelectMany(t => t.Text)],
                    Texts,
                    Texts,
                    new("simdutf8, whole", "simdutf8", "simdutf8_utf8"),
                    new("simdutf, whole", "simdutf", "simdutf_utf8"),
                    new("simdjson, whole", "simdjson", "simdjson_utf8"),
                    new("uWebSockets, whole", "uwebsockets", "uwebsockets_utf8")),
            });

    public static void Ours(Utf8Input[] inputs)
    {
        foreach (Utf8Input input in inputs)
        {
            Utf8Validator validator = default;
            ReadOnlySpan<byte> text = input.Text;
            int start = 0;
            OperationStatus status = OperationStatus.Done;
            foreach (int end in input.Cuts)
            {
                status = validator.Validate(text[start..end], out _);
                start = end;
            }

            Require(status == OperationStatus.Done);
        }
    }

    public static void Platform(Utf8Input[] inputs)
    {
        foreach (Utf8Input input in inputs)
        {
            Require(Utf8.IsValid(input.Text));
        }
    }

    private static void Require(bool valid)
    {
        if (!valid)
        {
            throw new InvalidOperationException("The text is valid.");
        }
    }

    private static Utf8Input[] Create(string[] words) => [.. Enumerable.Range(0, Texts).Select(seed => Create(words, new Random(seed)))];

    private static Utf8Input Create(string[] words, Random random)
    {
        StringBuilder text = new();
        for (int bytes = 0; ;)
        {
            string word = words[random.Next(words.Length)];
            bytes += Encoding.UTF8.GetByteCount(word);
            if (bytes > Size)
            {
                break;
            }

            text.Append(word);
        }

        byte[] encoded = Encoding.UTF8.GetBytes(text.ToString());
        byte[] full = [.. encoded, .. Enumerable.Repeat((byte)' ', Size - encoded.Length)];
        List<int> cuts = [];
        for (int at = 0; at < Size;)
        {
            at = Math.Min(Size, at + 1 + random.Next(LargestPiece));
            cuts.Add(at);
        }

        return new Utf8Input(full, [.. cuts]);
    }
}

/// <summary>A text and where its pieces end.</summary>
public sealed record Utf8Input(byte[] Text, int[] Cuts);
