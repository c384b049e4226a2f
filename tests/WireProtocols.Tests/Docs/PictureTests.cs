using System.Globalization;
using System.Net;
using System.Text;
using WireProtocols.Tests.Cli;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Docs;

/// <summary>
/// <c>docs/images/decode.svg</c> shows what <c>wire decode</c> prints. <c>WIREPROTOCOLS_UPDATE_SNAPSHOTS=1</c> draws it again.
/// </summary>
public sealed class PictureTests
{
    private const int Margin = 16;
    private const int LineHeight = 18;
    private const double CharacterWidth = 7.83;

    [Fact]
    public async Task The_picture_of_decode_shows_what_it_prints()
    {
        const string Hex = "81 85 37fa213d 7f9f4d5158 89 fe 007e";
        string printed = (await Wire.RunAsync(Hex, "decode", "websocket", "--hex")).Text;
        string drawn = Draw([$"$ echo '{Hex}' | wire decode websocket --hex", .. printed.TrimEnd('\n').Split('\n')]);
        string path = Repository.PathOf("docs", "images", "decode.svg");
        if (Environment.GetEnvironmentVariable("WIREPROTOCOLS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(path, drawn, TestContext.Current.CancellationToken);
        }

        Assert.Equal(drawn, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));
    }

    private static string Draw(string[] lines)
    {
        double width = (2 * Margin) + (CharacterWidth * lines.Max(l => l.Length));
        int height = (2 * Margin) + (LineHeight * lines.Length);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0} {height}\" ")
            .Append("role=\"img\" aria-label=\"wire decode puts a caret under the byte that breaks a rule\">\n")
            .Append("<style>text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #e4e9f1; white-space: pre }\n")
            .Append(".prompt { fill: #7db4ff } .title { fill: #74d6a0 } .bad { fill: #ff938a }</style>\n")
            .Append("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#12151a\"/>\n");
        bool isBad = false;
        for (int i = 0; i < lines.Length; i++)
        {
            isBad |= lines[i].Contains("violation:", StringComparison.Ordinal);
            string kind = lines[i].StartsWith('$') ? "prompt" : isBad ? "bad" : lines[i].StartsWith('@') ? "title" : "";
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{Margin + (LineHeight * i) + 13}\"")
                .Append(kind.Length == 0 ? "" : $" class=\"{kind}\"")
                .Append(CultureInfo.InvariantCulture, $" xml:space=\"preserve\">{WebUtility.HtmlEncode(lines[i])}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }
}
