using System.Text.Json;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Traffic;

/// <summary>
/// Writes the bytes of connections to a file, one JSON object a line, which `wire replay` reads: <c>stream</c> for a connection, <c>bytes</c> for
/// what one side sent, <c>close</c> for its end. One caller at a time.
/// </summary>
internal sealed class TrafficRecorder : IDisposable
{
    private readonly FileStream _file;
    private readonly OutputBuffer _output;
    private readonly TimeProvider _time;
    private readonly JsonRows _rows;

    private TrafficRecorder(FileStream file, TimeProvider time)
    {
        _file = file;
        _time = time;
        _output = new OutputBuffer(file);
        _rows = new JsonRows(_output);
    }

    /// <param name="path">The file, which is written anew; null for none.</param>
    /// <param name="time">Tells the time.</param>
    /// <exception cref="ToolException">The file cannot be written.</exception>
    public static TrafficRecorder? Open(string? path, TimeProvider time)
    {
        try
        {
            return path is null ? null : new TrafficRecorder(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read), time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
    }

    public void Begin(int stream, string client, string server)
    {
        Utf8JsonWriter row = Start("stream"u8, stream);
        row.WriteString("client"u8, client);
        row.WriteString("server"u8, server);
        End();
    }

    public void Add(int stream, TrafficSide side, ReadOnlySpan<byte> bytes)
    {
        Utf8JsonWriter row = Start("bytes"u8, stream);
        row.WriteString("from"u8, TrafficNames.Of(side));
        row.WriteBase64String("payload"u8, bytes);
        End();
    }

    public void Close(int stream, TrafficSide side)
    {
        Start("close"u8, stream).WriteString("from"u8, TrafficNames.Of(side));
        End();
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }

    private Utf8JsonWriter Start(ReadOnlySpan<byte> kind, int stream)
    {
        Utf8JsonWriter row = _rows.Begin(kind);
        row.WriteNumber("stream"u8, stream);
        row.WriteString("time"u8, _time.GetUtcNow().UtcDateTime);
        return row;
    }

    private void End()
    {
        _rows.End();
        _output.Flush();
    }
}
