using System.CommandLine;
using System.Net;
using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Tap;

/// <summary>`wire replay FILE`: shows a recording again, or sends what its clients sent to a server again.</summary>
internal static class ReplayCommand
{
    private const int LongestRow = 128 * 1024 * 1024;

    public static Command Create(ToolIO io)
    {
        Argument<string?> file = CommonOptions.FileArgument("A file that --record of 'wire tap' or 'wire connect' wrote; - or nothing is stdin.");
        Option<DnsEndPoint> to = TapOptions.CreateTo(isRequired: false);
        TapViewOptions options = new();
        Command replay = new("replay", "Show a recording of 'wire tap' or 'wire connect' again, or send it to a server again.") { file, to };
        options.AddTo(replay);
        replay.SetAction((arguments, stop) => RunAsync(arguments, arguments.GetValue(file) ?? "-", arguments.GetValue(to), options, io, stop));
        return replay;
    }

    private static async Task<int> RunAsync(
        ParseResult arguments, string file, DnsEndPoint? to, TapViewOptions options, ToolIO io, CancellationToken stop)
    {
        using ByteInput input = ByteInput.Open(file, hex: false, io);
        Progress? progress = Progress.For(input, io);
        OutputBuffer output = new(io.Output) { BeforeFlush = progress is null ? null : progress.Hide };
        using FormatRun run = new(output, options.Read(arguments, io));
        DateTimeOffset time = default;
        using TrafficView view = new(
            run,
            new TrafficSettings { IsLive = to is not null },
            clock: arguments.GetValue(options.Timestamps) ? () => time : null);
        await using IReplay replay = to is null ? new ReplayToView(view) : new ReplayToServer(view, to, output);
        LineSplitter lines = new(LongestRow, "nothing");
        try
        {
            while (await input.ReadAsync(stop) is { } bytes)
            {
                while (lines.TryRead(ref bytes, out ReadOnlyMemory<byte> line))
                {
                    RecordedRow row = RecordedRow.Parse(line, lines.Number);
                    time = row.Time;
                    await replay.AddAsync(row, stop);
                }

                output.Flush();
                progress?.Report(input.BytesRead);
            }

            await replay.CompleteAsync(stop);
        }
        finally
        {
            progress?.Hide();
        }

        output.Flush();
        return run.Status;
    }
}

/// <summary>A row of a recording.</summary>
/// <param name="Kind"><c>stream</c>, <c>bytes</c> or <c>close</c>.</param>
/// <param name="Stream">The number of the connection.</param>
/// <param name="Side">Who sent the bytes, or closed.</param>
/// <param name="Client">The address of the client.</param>
/// <param name="Server">The address of the server.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Time">When it was.</param>
internal sealed record RecordedRow(
    string Kind, int Stream, TrafficSide Side, string Client, string Server, ReadOnlyMemory<byte> Bytes, DateTimeOffset Time)
{
    /// <exception cref="ToolException">The line is no row of a recording.</exception>
    public static RecordedRow Parse(ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement row = document.RootElement;
            string kind = row.GetProperty("kind").GetString() ?? "";
            TrafficSide? side = kind == "stream" ? TrafficSide.Client : TrafficNames.Find(row.GetProperty("from").GetString());
            return kind is "stream" or "bytes" or "close" && side is { } who
                ? new RecordedRow(
                    kind,
                    row.GetProperty("stream").GetInt32(),
                    who,
                    kind == "stream" ? row.GetProperty("client").GetString() ?? "" : "",
                    kind == "stream" ? row.GetProperty("server").GetString() ?? "" : "",
                    kind == "bytes" ? row.GetProperty("payload").GetBytesFromBase64() : default,
                    row.TryGetProperty("time", out JsonElement time) && time.TryGetDateTimeOffset(out DateTimeOffset at) ? at : default)
                : throw NoRow(number);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NoRow(number);
        }
    }

    private static ToolException NoRow(long number) => ToolException.Usage($"line {number} is no row of a recording.");
}

/// <summary>What is done with a recording.</summary>
internal interface IReplay : IAsyncDisposable
{
    ValueTask AddAsync(RecordedRow row, CancellationToken stop);

    /// <summary>The recording ends here.</summary>
    ValueTask CompleteAsync(CancellationToken stop);
}
