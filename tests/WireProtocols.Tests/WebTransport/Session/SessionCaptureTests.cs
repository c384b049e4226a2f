using System.Text.Json;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>
/// What real peers sent, replayed through a connection. The events have to be those that the bytes amount to when they are taken apart by
/// hand, below, for exactly the things that those clients do.
/// </summary>
public class SessionCaptureTests
{
    /// <summary>Names the folder outside the repository, where there may be further captures than those of <c>tests/vectors</c>.</summary>
    private const string Shared = "WIREPROTOCOLS_SHARED";

    public static TheoryData<string, int> Sessions
    {
        get
        {
            TheoryData<string, int> sessions = [];
            foreach (string file in Files())
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
                for (int i = 0; i < document.RootElement.GetProperty("sessions").GetArrayLength(); i++)
                {
                    sessions.Add(file, i);
                }
            }

            return sessions;
        }
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void Every_event_of_a_real_peer_is_right_however_its_streams_are_split(string file, int index)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        CapturedEvent[] capture = [.. document.RootElement.GetProperty("sessions")[index].GetProperty("events").EnumerateArray()
            .Where(e => e.GetProperty("dir").GetString() == "peer->net").Select(CapturedEvent.Parse)];
        string[] expected = [.. TakeApart(capture)];
        foreach (int size in (int[])[int.MaxValue, 1, 2, 3, 7, 50])
        {
            // What a request says beyond its session stands in compressed fields, which other tests take apart.
            string[] actual =
            [
                .. Replay(capture, size).Where(r => r != "ready")
                    .Select(r => r.StartsWith("requested 0 ", StringComparison.Ordinal) ? "requested 0" : r),
            ];
            Assert.Equal(expected, actual);
        }
    }

    private static string[] Files()
    {
        string folder = Repository.PathOf("tests", "vectors", "webtransport", "captures");
        string[] own = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)] : [];
        string? outside = Environment.GetEnvironmentVariable(Shared) is { Length: > 0 } shared
            ? Path.Combine(shared, "vectors", "webtransport-captures.json")
            : null;
        return File.Exists(outside) ? [.. own, outside] : own;
    }

    private static IReadOnlyList<string> Replay(CapturedEvent[] capture, int size)
    {
        EventRows rows = new();
        using WebTransportConnection connection = new(WebTransportRole.Server, new RecordingOutput());
        foreach (CapturedEvent item in capture)
        {
            switch (item.Kind)
            {
                case "STREAM" or "STREAM+FIN":
                    ReadOnlyMemory<byte> rest = item.Bytes;
                    do
                    {
                        ReadOnlyMemory<byte> piece = rest[..Math.Min(size, rest.Length)];
                        rest = rest[piece.Length..];
                        connection.ReceiveStream(item.Stream, piece, rest.IsEmpty && item.Kind == "STREAM+FIN");
                        Read(connection, rows);
                    }
                    while (!rest.IsEmpty);
                    break;
                case "DATAGRAM":
                    connection.ReceiveDatagram(item.Bytes);
                    break;
                case "RESET":
                    connection.ReceiveReset(item.Stream, item.Code);
                    break;
                case "STOP":
                    connection.ReceiveStopSending(item.Stream, item.Code);
                    break;
                case "CLOSE":
                    connection.ReceiveClose(item.Code);
                    break;
                default:
                    break;
            }

            Read(connection, rows);
        }

        return rows.Rows;
    }

    private static void Read(WebTransportConnection connection, EventRows rows)
    {
        while (connection.TryRead(out WebTransportEvent item))
        {
            rows.Add(item);
            if (item.Kind == WebTransportEventKind.SessionRequested)
            {
                item.Session!.Accept();
            }
        }
    }

    /// <summary>
    /// The events, from the bytes: one session, id 0; its streams begin with 40 41 00 or 40 54 00; it closes in a DATA frame of its own.
    /// </summary>
    private static List<string> TakeApart(CapturedEvent[] capture)
    {
        EventText text = new();
        bool closed = false;
        foreach (CapturedEvent item in capture)
        {
            bool isData = text.IsOpen(item.Stream) || item.Bytes.AsSpan().StartsWith((byte[])[0x40, 0x41, 0x00])
                || item.Bytes.AsSpan().StartsWith((byte[])[0x40, 0x54, 0x00]);
            if (item.Kind == "DATAGRAM")
            {
                text.Add($"datagram 0 {Convert.ToHexStringLower(item.Bytes.AsSpan(1))}");
            }
            else if (item.Kind == "RESET")
            {
                long shifted = item.Code - 0x52e4a40fa8db;
                text.Add($"reset {item.Stream} {shifted - (shifted / 0x1f)}");
            }
            else if (item.Kind == "STOP")
            {
                long shifted = item.Code - 0x52e4a40fa8db;
                text.Add($"stopped {item.Stream} {shifted - (shifted / 0x1f)}");
            }
            else if (item.Kind == "CLOSE")
            {
                if (!closed)
                {
                    text.Add($"closed 0 {(item.Code == 0 ? "-" : $"0x{item.Code:x}")} ''");
                }

                text.Add($"over 0x{item.Code:x}");
            }
            else if (isData)
            {
                text.Data(item);
            }
            else if (item.Stream == 0 && item.Bytes.Length > 0 && item.Bytes[0] == 0x01)
            {
                text.Add("requested 0");
            }
            else if (item.Stream == 0 && item.Bytes.AsSpan().IndexOf((byte[])[0x68, 0x43]) is >= 0 and int at)
            {
                int length = item.Bytes[at + 2];
                long code = Convert.ToInt64(Convert.ToHexString(item.Bytes.AsSpan(at + 3, 4)), 16);
                text.Add($"closed 0 {code} '{System.Text.Encoding.UTF8.GetString(item.Bytes.AsSpan(at + 7, length - 4))}'");
                closed = true;
            }
        }

        return text.Rows;
    }

    private sealed class EventText
    {
        private readonly HashSet<long> _open = [];

        public List<string> Rows { get; } = [];

        public bool IsOpen(long stream) => _open.Contains(stream);

        public void Add(string row) => Rows.Add(row);

        public void Data(CapturedEvent item)
        {
            byte[] bytes = item.Bytes;
            if (_open.Add(item.Stream))
            {
                Rows.Add($"stream 0 {item.Stream} {((item.Stream & 2) == 0 ? "Bidirectional" : "Unidirectional")}");
                bytes = bytes[3..];
            }

            string row = $"data {item.Stream} ";
            if (bytes.Length > 0)
            {
                bool goesOn = Rows[^1].StartsWith(row, StringComparison.Ordinal);
                string all = (goesOn ? Rows[^1] : row) + Convert.ToHexStringLower(bytes);
                if (goesOn)
                {
                    Rows.RemoveAt(Rows.Count - 1);
                }

                Rows.Add(all);
            }

            if (item.Kind == "STREAM+FIN")
            {
                Rows.Add($"finished {item.Stream}");
                _open.Remove(item.Stream);
            }
        }
    }

    private sealed record CapturedEvent(string Kind, long Stream, long Code, byte[] Bytes)
    {
        public static CapturedEvent Parse(JsonElement item) => new(
            item.GetProperty("kind").GetString()!,
            item.TryGetProperty("stream", out JsonElement stream) ? stream.GetInt64() : -1,
            item.TryGetProperty("code", out JsonElement code) ? code.GetInt64() : 0,
            item.TryGetProperty("hex", out JsonElement hex) ? Convert.FromHexString(hex.GetString()!) : []);
    }
}
