using System.Globalization;
using System.Net;
using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>What a server answered that carries no event stream: its status,
/// its fields and the beginning of its body, which often says why.</summary>
public sealed class EventStreamRefusal
{
    /// <summary>How much of the body is kept.</summary>
    public const int MaxBodyLength = 8 * 1024;

    private const int LongestLine = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    internal EventStreamRefusal(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        Status = response.StatusCode;
        ReasonPhrase = response.ReasonPhrase ?? "";
        Fields = [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(field => field.Value.Select(value => new KeyValuePair<string, string>(field.Key, value)))];
        Body = body;
    }

    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The reason phrase; may be empty.</summary>
    public string ReasonPhrase { get; }

    /// <summary>The fields of the response, each value on its own, as they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>The content type as it came; empty where there is none.</summary>
    public string ContentType => GetField("Content-Type") ?? "";

    /// <summary>The beginning of the body, up to <see cref="MaxBodyLength"/> bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The first value of a field, or null.</summary>
    /// <param name="name">Its name, in any case.</param>
    public string? GetField(string name)
        => Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value).FirstOrDefault();

    /// <summary>The beginning of the body as UTF-8 text, whatever its encoding says; what is not UTF-8 becomes U+FFFD.</summary>
    public string GetBodyText() => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The status and the content type in one line; what does not print is a question mark.</summary>
    public override string ToString()
    {
        string line = $"{(int)Status} {ReasonPhrase}".TrimEnd() + ", " + (ContentType.Length > 0 ? ContentType : "no content type");
        return string.Concat(line.Take(LongestLine).Select(static c => Prints(c) ? c : '?'));
    }

    /// <summary>Reads the beginning of the body. A body that fails or stalls is as long as what came of it.</summary>
    internal static async ValueTask<EventStreamRefusal> ReadAsync(
        HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        byte[] body = new byte[MaxBodyLength];
        int length = 0;
        using CancellationTokenSource patience = new(Patience, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
            int read;
            do
            {
                read = await stream.ReadAsync(body.AsMemory(length), stop.Token).ConfigureAwait(false);
                length += read;
            }
            while (read > 0 && length < body.Length);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or InvalidDataException)
        {
            // Why the server refused is worth more than why its body is cut.
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new EventStreamRefusal(response, body.AsMemory(0, length));
    }

    private static bool Prints(char c) => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format;
}
