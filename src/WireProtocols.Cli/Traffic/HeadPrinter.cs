using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>Shows the heads of HTTP/1.1, as rows or for a person.</summary>
internal static class HeadPrinter
{
    /// <param name="run">Where it is shown; offsets count from the head.</param>
    /// <param name="head">The head.</param>
    /// <param name="framing">What follows it.</param>
    public static void Print(FormatRun run, Http1RequestHead head, Http1BodyFraming framing)
    {
        string method = Encoding.Latin1.GetString(head.Method);
        string target = Encoding.Latin1.GetString(head.Target);
        if (run.Json)
        {
            Utf8JsonWriter row = Begin(run, "request"u8, head.Bytes.Length);
            row.WriteString("method"u8, method);
            row.WriteString("target"u8, target);
            End(run, row, head.MinorVersion, head.Fields, framing);
            return;
        }

        run.View.Element(0, SafeText.Of($"{method} {target} HTTP/1.{head.MinorVersion}"));
        ShowFields(run, head.Fields, framing);
    }

    /// <inheritdoc cref="Print(FormatRun, Http1RequestHead, Http1BodyFraming)"/>
    public static void Print(FormatRun run, Http1ResponseHead head, Http1BodyFraming framing)
    {
        string reason = Encoding.Latin1.GetString(head.Reason);
        if (run.Json)
        {
            Utf8JsonWriter row = Begin(run, "response"u8, head.Bytes.Length);
            row.WriteNumber("status"u8, head.StatusCode);
            row.WriteString("reason"u8, reason);
            End(run, row, head.MinorVersion, head.Fields, framing);
            return;
        }

        string status = head.StatusCode.ToString("000", CultureInfo.InvariantCulture);
        run.View.Element(0, SafeText.Of($"HTTP/1.{head.MinorVersion} {status} {reason}".TrimEnd()));
        ShowFields(run, head.Fields, framing);
    }

    /// <summary>Tells what rule a head breaks.</summary>
    public static void Fail(FormatRun run, Http1ProtocolError error, long offset, TrafficSettings settings, string answer)
    {
        bool isLimit = error is Http1ProtocolError.RequestLineTooLong or Http1ProtocolError.StatusLineTooLong
            or Http1ProtocolError.FieldLineTooLong or Http1ProtocolError.TooManyFields or Http1ProtocolError.HeadTooLarge;
        int status = error.GetStatusCode();
        run.Fail(
            error,
            error.GetRule(),
            offset,
            row => row.WriteNumber("statusCode"u8, status),
            raise: isLimit ? settings.RaisesHead : null,
            remark: string.Create(CultureInfo.InvariantCulture, $"{answer} {status}"));
    }

    private static Utf8JsonWriter Begin(FormatRun run, ReadOnlySpan<byte> kind, int length)
    {
        Utf8JsonWriter row = run.Rows.Begin(kind);
        run.Rows.WriteOffset(0);
        row.WriteNumber("headerLength"u8, length);
        return row;
    }

    private static void End(FormatRun run, Utf8JsonWriter row, int minorVersion, Http1Fields fields, Http1BodyFraming framing)
    {
        row.WriteString("version"u8, $"1.{minorVersion}");
        row.WriteStartArray("fields"u8);
        foreach (Http1Field field in fields)
        {
            row.WriteStartArray();
            row.WriteStringValue(Encoding.Latin1.GetString(field.Name));
            row.WriteStringValue(Encoding.Latin1.GetString(field.Value));
            row.WriteEndArray();
        }

        row.WriteEndArray();
        row.WriteString("body"u8, NameOf(framing.Kind));
        if (framing.Kind == Http1BodyKind.Length)
        {
            row.WriteNumber("bodyLength"u8, framing.Length);
        }

        run.Rows.End();
    }

    private static void ShowFields(FormatRun run, Http1Fields fields, Http1BodyFraming framing)
    {
        foreach (Http1Field field in fields)
        {
            run.View.Field(Encoding.Latin1.GetString(field.Name), SafeText.Of(Encoding.Latin1.GetString(field.Value)));
        }

        run.View.Remark(framing.Kind switch
        {
            Http1BodyKind.None => "no body follows",
            Http1BodyKind.Chunked => "a chunked body follows",
            Http1BodyKind.Length => $"a body of {HumanView.Count(framing.Length)} follows",
            Http1BodyKind.UntilClose => "a body follows that ends with the connection",
            _ => "what follows is no HTTP",
        });
    }

    private static string NameOf(Http1BodyKind kind) => kind switch
    {
        Http1BodyKind.None => "none",
        Http1BodyKind.Chunked => "chunked",
        Http1BodyKind.Length => "length",
        Http1BodyKind.UntilClose => "until-close",
        _ => "tunnel",
    };
}
