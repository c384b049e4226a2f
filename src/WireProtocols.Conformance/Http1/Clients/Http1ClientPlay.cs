using System.Text;
using System.Text.Json;

namespace WireProtocols.Conformance;

/// <summary>Plays an answer to a client, and judges what the client reports.</summary>
internal static class Http1ClientPlay
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    public static ConformanceCase ToCase(this Http1ClientProbe probe)
        => ClientCase.Of($"http1-client/{probe.Id}", probe.Rule, probe.Describe(), context => RunAsync(probe, context)).Broken(probe.IsBroken);

    private static async Task<ConformanceFinding> RunAsync(Http1ClientProbe probe, ClientContext context)
    {
        await using ClientArrival arrival = await context.AcceptAsync();
        await SendAsync(arrival.Connection, probe.Response, context, probe.Cut);
        bool isReused = await EndAsync(probe, arrival, context);
        await context.WaitForReportsAsync(r => r.Any(IsFinal));
        if (probe.HasMoreBehind)
        {
            await context.WaitForReportsAsync(r => r.Count(IsFinal) > 1, TimeSpan.FromMilliseconds(150));
        }

        ConformanceFinding finding = Judge(probe, context);
        return isReused && finding.Verdict != ConformanceVerdict.Fail
            ? new ConformanceFinding(probe.OnReused!.Value, "the next request came on the same connection")
            : finding;
    }

    /// <summary>Sends text, with a pause at each <see cref="Http1Text.Pause"/>; a character is a byte.</summary>
    public static async Task SendAsync(RawConnection connection, string text, ClientContext context, int cut = int.MaxValue)
    {
        string[] parts = text.Split(Http1Text.Pause);
        for (int i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                await Task.Delay(Beat, context.Stop);
            }

            byte[] bytes = Encoding.Latin1.GetBytes(parts[i]);
            for (int at = 0; at < bytes.Length; at += Math.Min(cut, bytes.Length - at))
            {
                await connection.SendAsync(bytes.AsMemory(at, Math.Min(cut, bytes.Length - at)), i == 0 && at == 0 ? "answer" : "…");
                if (cut < bytes.Length)
                {
                    await Task.Yield();
                }
            }
        }
    }

    /// <summary>Whether a right server ends the connection behind its answer.</summary>
    public static bool EndsConnection(ClientRequest request)
        => request.Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase)
            || (request.Version == "HTTP/1.0" && !request.Members("Connection").Contains("keep-alive", StringComparer.OrdinalIgnoreCase));

    /// <summary>Ends the direction to the client. What it says all the same is read: a report is a report.</summary>
    public static void Close(ClientArrival arrival)
    {
        arrival.Connection.EndSending();
        arrival.Release();
    }

    /// <summary>The client is done: it has said what it saw.</summary>
    public static bool IsFinal(ClientReport report) => report.Kind is "response" or "error";

    /// <returns>Whether another request came on the connection though none may.</returns>
    private static async Task<bool> EndAsync(Http1ClientProbe probe, ClientArrival arrival, ClientContext context)
    {
        if (probe.End == Http1ClientEnd.Closed || EndsConnection(arrival.Request))
        {
            Close(arrival);
            return false;
        }

        bool isReused = false;
        if (probe.OnReused is not null)
        {
            // A request on this connection, or a report on another one, or the end: whatever comes first.
            FillResult filled = FillResult.Silence;
            for (int i = 0; filled == FillResult.Silence && !context.Reports.Any(IsFinal) && i * Glance < context.Options.Timeout && context.Ended
                is null; i++)
            {
                filled = await arrival.Connection.FillAsync(Glance);
            }

            isReused = filled == FillResult.Data;
            if (filled is FillResult.End or FillResult.Reset)
            {
                await arrival.DisposeAsync();
                return false;
            }
        }

        arrival.Release();
        return isReused;
    }

    private static ConformanceFinding Judge(Http1ClientProbe probe, ClientContext context)
    {
        // A report that was not answered may be posted again, on another connection.
        ClientReport[] reports = [.. context.Reports.Where(IsFinal).DistinctBy(r => r.Line)];
        if (reports.Length == 0)
        {
            return context.Ended is { } how && probe.OnResponse is not null ? ConformanceFinding.Info($"no report: the client {how}")
                : ConformanceFinding.Late(context.Ended is { } end ? $"no report: the client {end}" : "no report in time");
        }

        if (reports.FirstOrDefault(r => r.Kind == "error") is { } error)
        {
            string text = $"an error: {error.Text("message")}";
            return probe.OnError is { } said ? new ConformanceFinding(said, text) : ConformanceFinding.Pass(text);
        }

        if (reports.Length > 1)
        {
            return ConformanceFinding.Fail($"{reports.Length} responses to one request");
        }

        return JudgeResponse(probe, reports[0]);
    }

    private static ConformanceFinding JudgeResponse(Http1ClientProbe probe, ClientReport report)
    {
        if (Decode(report) is not { } body)
        {
            return ConformanceFinding.Fail("the report has no body in base64");
        }

        string shown = body.Length > 64 ? $"{body.Length} bytes" : $"'{Http1Text.Visible(Encoding.Latin1.GetString(body))}'";
        string text = $"the response {report.Number("status")} with {shown}";
        if (probe.OnResponse is { } said)
        {
            return report.Row is { } row && row.TryGetProperty("incomplete", out JsonElement cut) && cut.ValueKind == JsonValueKind.True
                ? ConformanceFinding.Pass($"{text}, incomplete")
                : new ConformanceFinding(said, text);
        }

        bool isRight = report.Number("status") == probe.Status
            && (probe.Body is null || body.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(probe.Body)));
        return !isRight ? ConformanceFinding.Fail(text) : FindWrongTrailer(probe, report) is { } wrong ? ConformanceFinding.Fail(wrong)
            : ConformanceFinding.Pass(text);
    }

    private static byte[]? Decode(ClientReport report)
    {
        string text = report.Text("body") ?? "";
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int count) ? bytes[..count] : null;
    }

    /// <summary>Trailers may be dropped; those that are reported are those that were sent.</summary>
    private static string? FindWrongTrailer(Http1ClientProbe probe, ClientReport report)
    {
        if (report.Row is not { } row || !row.TryGetProperty("trailers", out JsonElement trailers) || trailers.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (JsonElement trailer in trailers.EnumerateArray())
        {
            if (trailer.ValueKind != JsonValueKind.Array || trailer.GetArrayLength() != 2)
            {
                return $"the report has the trailer {trailer}";
            }

            (string? name, string? value) = (trailer[0].GetString(), trailer[1].GetString());
            if (!probe.Trailers.Any(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && t.Value == value))
            {
                return $"the trailer '{name}: {value}' was not sent";
            }
        }

        return null;
    }
}
