using System.Text.Encodings.Web;
using System.Text.Json;

namespace WireProtocols.Peers;

/// <summary>What a client saw: an object of JSON a line, posted to the examiner.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Line(object row) => JsonSerializer.Serialize(row, Options) + "\n";

    public static string Error(Exception exception)
        => Line(new { kind = "error", message = exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message });

    /// <returns>False where nobody listens any more.</returns>
    public static async Task<bool> PostAsync(HttpClient client, Uri url, string lines)
    {
        try
        {
            using StringContent body = new(lines);
            using HttpResponseMessage response = await client.PostAsync(new Uri(url, "/report"), body);
            return true;
        }
        catch (HttpRequestException exception)
        {
            return exception.HttpRequestError != HttpRequestError.ConnectionError;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
