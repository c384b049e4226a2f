using System.Globalization;
using System.Text;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Connect;

/// <summary>Prints what crosses a session, a line for each event.</summary>
internal sealed class WebTransportView(ConnectRun run)
{
    public void Show(WebTransportEvent item)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.StreamOpened:
                Print("stream-opened", item.StreamId, default, null, $"the server opens stream {item.StreamId}, {Of(item.Direction)}");
                break;
            case WebTransportEventKind.StreamData:
                Print("data", item.StreamId, item.Data.Span, null, $"stream {item.StreamId}");
                break;
            case WebTransportEventKind.StreamFinished:
                Print("stream-finished", item.StreamId, default, null, $"stream {item.StreamId} is finished");
                break;
            case WebTransportEventKind.StreamReset:
                Print("stream-reset", item.StreamId, default, item.Code, $"stream {item.StreamId} is reset{With(item.Code)}");
                break;
            case WebTransportEventKind.StreamStopped:
                Print("stream-stopped", item.StreamId, default, item.Code, $"stream {item.StreamId} is not read any more{With(item.Code)}");
                break;
            case WebTransportEventKind.Datagram:
                Print("datagram", null, item.Data.Span, null, "datagram");
                break;
            case WebTransportEventKind.SessionDraining:
                Print("draining", null, default, null, "the server asks to come to an end");
                break;
            default:
                break;
        }
    }

    /// <summary>What this side has sent.</summary>
    public void Sent(long? streamId, ReadOnlySpan<byte> data, bool isTaken)
    {
        string what = streamId is { } id ? string.Create(CultureInfo.InvariantCulture, $"stream {id}") : "datagram";
        if (isTaken)
        {
            Print("sent", streamId, data, null, what, arrow: "→");
        }
        else
        {
            run.Tell($"{what} was not sent: it is too large, or the server has no room");
        }
    }

    private static string Of(WebTransportStreamDirection direction)
        => direction == WebTransportStreamDirection.Unidirectional ? "unidirectional" : "bidirectional";

    private static string With(uint? code) => code is { } value ? string.Create(CultureInfo.InvariantCulture, $" with {value}") : "";

    private void Print(string kind, long? streamId, ReadOnlySpan<byte> data, uint? code, string text, string arrow = "←")
    {
        lock (run.Printing)
        {
            if (run.Json)
            {
                PrintRow(kind, streamId, data, code);
            }
            else
            {
                int shown = Math.Min(data.Length, run.Get(run.Options.MaxPayload));
                string payload = data.IsEmpty
                    ? ""
                    : $", {data.Length} bytes: {SafeText.Quote(data[..shown])}{(shown < data.Length ? " …" : "")}";
                run.Output.Write($"{arrow} {text}{payload}\n");
            }

            run.Output.Flush();
        }
    }

    private void PrintRow(string kind, long? streamId, ReadOnlySpan<byte> data, uint? code)
    {
        var row = run.Rows.Begin(Encoding.ASCII.GetBytes(kind));
        if (streamId is { } id)
        {
            row.WriteNumber("streamId"u8, id);
        }

        if (!data.IsEmpty || kind is "data" or "datagram" or "sent")
        {
            row.WriteNumber("length"u8, data.Length);
            run.Rows.WritePayload(data);
        }

        if (code is { } value)
        {
            row.WriteNumber("code"u8, value);
        }

        run.Rows.End();
    }
}
