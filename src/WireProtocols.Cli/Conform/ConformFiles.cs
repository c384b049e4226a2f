using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>The files that a run leaves behind.</summary>
internal static class ConformFiles
{
    private const string Style
        = "body{font:15px system-ui;margin:2em auto;max-width:70em}summary{cursor:pointer}pre{overflow:auto;background:#8882;padding:.5em}"
        + ".fail{color:#c22}.warn{color:#b70}.pass{color:#282}.info,.skip{color:#888}details{margin:.3em 0}";

    /// <exception cref="ToolException">A file has no folder to stand in: that is said before the run, not after it.</exception>
    public static void Check(ConformSettings settings)
    {
        foreach (string file in new[] { settings.Junit, settings.Html }.OfType<string>())
        {
            if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            {
                throw ToolException.Usage($"there is no folder for '{file}'.");
            }
        }
    }

    public static void Write(ConformSettings settings, ConformReport report)
    {
        if (settings.Junit is { } junit)
        {
            File.WriteAllBytes(junit, Junit(report));
        }

        if (settings.Html is { } html)
        {
            File.WriteAllText(html, Html(report));
        }
    }

    private static byte[] Junit(ConformReport report)
    {
        using MemoryStream bytes = new();
        using (XmlWriter xml = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", $"wire conform {report.Url}");
            xml.WriteAttributeString("tests", Number(report.Results.Count));
            xml.WriteAttributeString("failures", Number(report.Count(ConformanceVerdict.Fail)));
            xml.WriteAttributeString("skipped", Number(report.Count(ConformanceVerdict.Skip)));
            xml.WriteAttributeString("time", report.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
            foreach (ConformanceResult result in report.Results)
            {
                WriteCase(xml, result);
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void WriteCase(XmlWriter xml, ConformanceResult result)
    {
        xml.WriteStartElement("testcase");
        int slash = result.Case.Id.LastIndexOf('/');
        xml.WriteAttributeString("classname", result.Case.Id[..slash].Replace('/', '.'));
        xml.WriteAttributeString("name", result.Case.Id[(slash + 1)..]);
        xml.WriteAttributeString("time", result.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
        if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Skip)
        {
            xml.WriteStartElement(result.Verdict == ConformanceVerdict.Fail ? "failure" : "skipped");
            xml.WriteAttributeString("message", View.SafeText.Of(result.Finding.Got));
            xml.WriteString($"{result.Case.Spec}: {result.Case.Sentence}\nexpected: {result.Case.Expected}\n{string.Join('\n', result.Trace)}\n");
            xml.WriteEndElement();
        }
        else if (result.Verdict != ConformanceVerdict.Pass)
        {
            xml.WriteElementString("system-out", $"{ConformRow.NameOf(result.Verdict)}: {View.SafeText.Of(result.Finding.Got)}");
        }

        xml.WriteEndElement();
    }

    private static string Html(ConformReport report)
    {
        StringBuilder html = new();
        string title = WebUtility.HtmlEncode($"wire conform {report.Url}");
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{Style}</style>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{title}</h1><p>{report.Date:yyyy-MM-dd HH:mm} UTC, seed {report.Seed}: ");
        foreach (ConformanceVerdict verdict in Enum.GetValues<ConformanceVerdict>())
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<b class={ConformRow.NameOf(verdict)}>{report.Count(verdict)} {ConformRow.NameOf(verdict)}</b> ");
        }

        html.Append("</p>\n");
        foreach (ConformanceVerdict verdict in new[]
            { ConformanceVerdict.Fail, ConformanceVerdict.Warn, ConformanceVerdict.Info, ConformanceVerdict.Skip, ConformanceVerdict.Pass })
        {
            foreach (ConformanceResult result in report.Of(verdict))
            {
                Append(html, result);
            }
        }

        return html.ToString();
    }

    private static void Append(StringBuilder html, ConformanceResult result)
    {
        string name = ConformRow.NameOf(result.Verdict);
        string Text(string text) => WebUtility.HtmlEncode(View.SafeText.Of(text));
        html.Append(CultureInfo.InvariantCulture,
            $"<details><summary><b class={name}>{name}</b> {Text(result.Case.Id)}: {Text(result.Finding.Got)}</summary>");
        html.Append(CultureInfo.InvariantCulture, $"<blockquote>“{Text(result.Case.Sentence)}” ({result.Case.Spec})</blockquote>");
        html.Append(CultureInfo.InvariantCulture, $"<p>Expected: {Text(result.Case.Expected)}. To do: {Text(result.Case.Advice)}</p><pre>");
        foreach (ConformanceTraceLine line in result.Trace)
        {
            html.Append(WebUtility.HtmlEncode(line.ToString())).Append('\n');
        }

        html.Append("</pre></details>\n");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
